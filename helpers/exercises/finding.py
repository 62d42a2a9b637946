"""Checks of notebooks 00 to 03: what is on a cloud."""

from typing import Any

from openstack.connection import Connection

from helpers.exercises.comparing import compare


def mib(answer: Any) -> str | None:
    """20 GiB, in MiB."""
    return None if answer == 20 * 1024 else "One GiB is 1024 MiB."


def project(answer: Any, conn: Connection) -> str | None:
    """The id of the project that one is in."""
    if answer == conn.current_project.name:
        return "That is its name, and names can be given twice. The task asks for the id."
    return None if answer == conn.current_project_id else "Type conn.current_ and press the tab key: it is in the list."


def largest_flavor(answer: Any, conn: Connection) -> str | None:
    """The most memory that any flavor has, in GiB."""
    most = max(flavor.ram for flavor in conn.list_flavors())
    if answer == most:
        return "ram is in MiB, and the task asks for GiB."
    return None if answer == most / 1024 else "Take max() of all values of ram, and mind the unit."


def many_vcpus(answer: Any, conn: Connection) -> str | None:
    """The flavors with at least 4 vCPUs and less than 32 GiB of memory."""
    right = [f for f in conn.list_flavors() if f.vcpus >= 4 and f.ram < 32 * 1024]
    return compare(
        answer, right, "At least means that 4 will do, and less than means that 32 will not. Memory is in MiB."
    )


def no_tags(answer: Any, conn: Connection) -> str | None:
    """The images without any tag."""
    right = [image for image in conn.list_images() if not image.tags]
    return compare(answer, right, "In a condition, an empty list is false.")

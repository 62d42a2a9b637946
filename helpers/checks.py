"""Checks of the exercises: each says that an answer is right, or what to try; none gives the answer away."""

from collections.abc import Callable
from typing import Any

from openstack import exceptions
from openstack.connection import Connection
from openstack.resource import Resource

from helpers.cleanup import MARK

# For each exercise: what is right, on the learner's own cloud, and what to try when an answer is not.
_EXERCISES: dict[str, tuple[Callable[[Connection], Any], str]] = {
    "MiB": (lambda conn: 20 * 1024, "One GiB is 1024 MiB."),
    "project": (lambda conn: conn.current_project_id, "Type conn.current_ and press the tab key: it is in the list."),
    "largest flavor": (
        lambda conn: max(flavor.ram for flavor in conn.list_flavors()) / 1024,
        "Take max() of all values of ram, and mind the unit.",
    ),
    "many vCPUs": (
        lambda conn: [f for f in conn.list_flavors() if f.vcpus >= 4 and f.ram < 32 * 1024],
        "At least means that 4 will do, and less than means that 32 will not. Memory is in MiB.",
    ),
    "no tags": (
        lambda conn: [image for image in conn.list_images() if not image.tags],
        "In a condition, an empty list is false.",
    ),
    "external network": (
        lambda conn: conn.get_network_by_id(conn.list_floating_ips(filters={"tags": MARK})[0].floating_network_id).name,
        "The floating IP knows the id of that network: print it. conn.get_network_by_id() does the rest.",
    ),
    "owner": (lambda conn: True, "The server has no owner in its metadata. Look at conn.set_server_metadata."),
    "exception": (
        lambda conn: exceptions.BadRequestException,
        "Make the call in a try, catch SDKException as error, and ask for type(error).",
    ),
    "addresses": (lambda conn: round(30 * 31 * 24 * 0.004), "A day has 24 hours, and there are 30 addresses."),
}


class Verdict:
    """What a check says. A notebook shows it as a sentence; in a condition it is true when the answer is right."""

    def __init__(self, right: bool, text: str):
        self.right, self.text = right, text

    def __bool__(self) -> bool:
        """Tell whether the answer is right."""
        return self.right

    def __repr__(self) -> str:
        """Is what a notebook shows."""
        return f"{'Right' if self.right else 'Not yet'}: {self.text}"


def check(exercise: str, answer: Any, conn: Connection | None = None) -> Verdict:
    """Compare an answer with what is right on the learner's cloud.

    Args:
        exercise: The name of the exercise, as its notebook gives it.
        answer: The learner's answer. Lists of resources may be in any order.
        conn: The connection to the cloud, where the answer depends on it.

    Raises:
        KeyError: There is no such exercise.
    """
    find_right_answer, hint = _EXERCISES[exercise]
    if answer is ...:
        return Verdict(False, "put your own code in place of the three dots, run that cell, and then this one.")
    right = find_right_answer(conn)
    if isinstance(right, list):
        return _check_resources(answer, right, hint)
    return Verdict(True, "well done.") if answer == right else Verdict(False, hint)


def _check_resources(answer: Any, right: list[Resource], hint: str) -> Verdict:
    if not isinstance(answer, list) or not all(isinstance(item, Resource) for item in answer):
        return Verdict(False, "the answer is to be a list of the objects themselves, not of their names or ids.")
    found, wanted = {item.id for item in answer}, {item.id for item in right}
    if found == wanted:
        return Verdict(True, f"these are all, {len(wanted)} of them.")
    return Verdict(False, f"{len(wanted - found)} missing, {len(found - wanted)} too many. {hint}")

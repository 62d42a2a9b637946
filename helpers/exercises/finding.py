"""Checks of notebooks 00 to 03: what is on a cloud."""

import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml
from openstack.compute.v2.flavor import Flavor
from openstack.config import OpenStackConfig
from openstack.connection import Connection

from helpers.exercises.comparing import NUMBER, ONLY_ONCE, compare
from helpers.filters import usual_tags


def mib(answer: Any) -> str | None:
    """20 GiB, in MiB."""
    if answer is None:
        return "print() shows a number, and returns nothing that could be put into answer. Leave it out."
    if isinstance(answer, str | list):
        return NUMBER
    return None if answer == 20 * 1024 else "One GiB is 1024 MiB."


def at_most(answer: Any) -> str | None:
    """Those of 512, 1024 and 2048 MiB that are at most 1 GiB."""
    if not isinstance(answer, Iterable) or isinstance(answer, str):
        return "the answer is to be a list, such as [512]."
    numbers = list(answer)
    if not numbers and isinstance(answer, Iterator):
        return ONLY_ONCE
    if any(isinstance(number, str) for number in numbers):
        return "the answer is to be a list of numbers, without quotes."
    if len(set(numbers)) < len(numbers):
        return "each size is to be in it once."
    if 1024 not in numbers:
        return '"at most 1 GiB" means that 1 GiB itself will do, too.'
    return None if len(numbers) == 2 and 512 in numbers else "compare each of the three sizes with 1024."


def project(answer: Any, conn: Connection) -> str | None:
    """The id of the project that one is in."""
    if answer == conn.current_project.name:
        return "That is its name, and names can be given twice. The task asks for the id."
    if answer == conn.current_project:
        return "That is the whole project. The task asks for its id."
    return None if answer == conn.current_project_id else "Type conn.current_ and press the tab key: it is in the list."


def nova(answer: Any, conn: Connection) -> str | None:
    """The address of Nova's endpoint for this connection."""
    if not isinstance(answer, str):
        return "the answer is to be one address, as text: the url of an endpoint."
    address, right = answer.rstrip("/"), {conn.endpoint_for("compute"), conn.compute.get_endpoint()}
    if address in {str(url).rstrip("/") for url in right}:
        return None
    for service in conn.service_catalog:
        for endpoint in service["endpoints"]:
            if endpoint["url"].rstrip("/") == address:
                said = f"{service['type']} in region {endpoint['region_id']}, interface {endpoint['interface']}"
                return f"That is the address of {said}."
    return "It is the url of one of the endpoints of the service with the type compute."


def clouds_file(answer: Any, conn: Connection) -> str | None:
    """A clouds.yaml whose entry "mine" logs in to the same project."""
    try:
        auth = yaml.safe_load(Path(answer).read_text())["clouds"]["mine"]["auth"]
    except (OSError, TypeError):
        return "Put the path of the file into answer, once the file is written. At its top, it is to have clouds."
    except (yaml.YAMLError, AttributeError, ValueError, LookupError):
        return "At its top, the file is to have clouds, below that mine (the cloud's name), and below that the entry."
    if "auth_url" not in (auth or {}):
        return "There is no auth_url in auth, where it belongs. (The SDK would take it beside auth, too.)"
    options: dict[str, Any] = {key: conn.config.config[key] for key in ("verify", "cacert")} | {"api_timeout": 10}
    try:
        entry = OpenStackConfig([str(answer)], load_envvars=False).get_one("mine", **options)
        there = Connection(config=entry).current_project_id
    except Exception as error:
        return f"With this entry, the SDK says: {textwrap.shorten(str(error), 200, placeholder=' ...')}"
    return None if there == conn.current_project_id else "This entry logs in to another project than your own."


def largest_flavor(answer: Any, conn: Connection) -> str | None:
    """The most memory that any flavor has, in GiB."""
    if isinstance(answer, str):
        return NUMBER
    most = max(flavor.ram for flavor in conn.list_flavors())
    if answer == most:
        return "ram is in MiB, and the task asks for GiB."
    return None if answer == most / 1024 else "Take max() of all values of ram, and mind the unit."


def address_range(answer: Any, conn: Connection) -> str | None:
    """The CIDR of a subnet of a network inside the cloud."""
    if isinstance(answer, list):
        return "the answer is to be one range, and not a list. [0] takes the first of a list."
    if hasattr(answer, "cidr"):
        return "That is the whole subnet. The task asks for its cidr."
    said = str(answer)
    inside = {network.id for network in conn.list_networks() if not network.is_router_external}
    for subnet in conn.list_subnets():
        if said == subnet.cidr:
            return None if subnet.network_id in inside else "This range is one of a network that is external."
        if said in (subnet.id, subnet.name, subnet.gateway_ip):
            return "That is the right kind of thing to look at. The task asks for its cidr."
    return "the answer is to be one range, as text. Find the subnet whose network_id is the id of the network."


def room_left(answer: Any, conn: Connection, flavor: Flavor) -> str | None:
    """How many more servers of a flavor the quota leaves room for."""
    if isinstance(answer, str):
        return NUMBER
    limits = conn.get_compute_limits()
    kinds = {"instances": 1, "total_cores": flavor.vcpus, "total_ram": flavor.ram}
    # Where there is no limit, it is -1.
    room = [(limits[kind] - limits[f"{kind}_used"]) / each for kind, each in kinds.items() if limits[kind] >= 0]
    if answer == max(0, min(map(int, room))) if room else answer == -1:
        return None
    if answer in room or answer in map(int, room):
        return "That is what one of the limits leaves. The scarcest of all three decides, and // makes whole servers."
    return "Divide what is left of vCPUs and of memory by what one server takes, and compare with the servers left."


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


def all_focal(answer: Any, conn: Connection, wanted: ModuleType) -> str | None:
    """The images that tags, properties or the name say to be what is wanted."""
    tags = usual_tags(wanted)
    words = "|".join(re.escape(word) for word in (wanted.NICKNAME, wanted.VERSION) if word)
    right = [
        image
        for image in conn.list_images()
        if tags <= set(image.tags)
        or (image.os_distro, image.os_version) == (wanted.DISTRO, wanted.VERSION)
        or re.search(words, image.name or "", re.IGNORECASE)
    ]
    hint = "One of the three conditions is enough: join them with or. An image that two ways find counts once."
    return compare(answer, right, hint)

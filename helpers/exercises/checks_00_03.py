"""Checks of notebooks 00 to 03: what is on a cloud."""

import re
import textwrap
from pathlib import Path
from typing import Any

import yaml
from openstack.config import OpenStackConfig
from openstack.connection import Connection

from helpers.exercises.matching import diff, unless_number
from helpers.filters import expected_tags


def mib(answer):  # 20 GiB, in MiB
    yield answer is None and "print() shows a number, but returns None. Leave it out."
    yield unless_number(answer)
    yield answer != 20 * 1024 and "One GiB is 1024 MiB."


def project(answer, conn):  # The id of the current project
    yield answer == conn.current_project.name and "That is its name, and names need not be unique. Give the id."
    yield answer == conn.current_project and "That is the whole project. The task asks for its id."
    yield answer != conn.current_project_id and "Type conn.current_ and press Tab: the id is in the list."


def nova(answer, conn):  # The URL of Nova's endpoint for this connection
    yield not isinstance(answer, str) and "The answer must be one URL, as text: the url of an endpoint."
    url, right = answer.rstrip("/"), {conn.endpoint_for("compute"), conn.compute.get_endpoint()}
    right = {str(endpoint).rstrip("/") for endpoint in right}
    for service in conn.service_catalog:
        for other in service["endpoints"]:
            where = f"{service['type']} in region {other['region_id']}, interface {other['interface']}"
            yield url == other["url"].rstrip("/") not in right and f"That is the URL of {where}."
    yield url not in right and "The service with the type compute has endpoints. The url of one of them is the answer."


def clouds_file(answer, conn):  # A clouds.yaml whose entry "mine" logs in to the same project
    auth = {}
    try:
        auth = yaml.safe_load(Path(answer).read_text())["clouds"]["mine"]["auth"]
    except (OSError, TypeError):
        yield 'Write the file first, with "clouds" at the top. Then put its path into answer.'
    except (yaml.YAMLError, AttributeError, ValueError, LookupError):
        yield 'The file needs "clouds" at the top, below it "mine" (the name of the cloud), and below that the entry.'
    yield "auth_url" not in (auth or {}) and "auth_url must be inside auth. (The SDK also accepts it next to auth.)"
    options: dict[str, Any] = {key: conn.config.config[key] for key in ("verify", "cacert")} | {"api_timeout": 10}
    try:
        entry = OpenStackConfig([str(answer)], load_envvars=False).get_one("mine", **options)
        project_id = Connection(config=entry).current_project_id
        yield project_id != conn.current_project_id and "This entry logs in to another project, not yours."
    except Exception as error:
        yield f"With this entry, the SDK says: {textwrap.shorten(str(error), 200, placeholder=' ...')}"


def largest_flavor(answer, conn):  # The most memory that any flavor has, in GiB
    yield unless_number(answer)
    most = max(flavor.ram for flavor in conn.list_flavors())
    yield answer == most and "ram is in MiB, but the task asks for GiB."
    yield answer != most / 1024 and "Take max() of all values of ram, and convert it to GiB."


def address_range(answer, conn):  # The CIDR of a subnet of a network inside the cloud
    yield isinstance(answer, list) and "The answer must be one range, not a list. [0] takes the first item of a list."
    yield hasattr(answer, "cidr") and "That is the whole subnet. The task asks for its cidr."
    text, subnets = str(answer), conn.list_subnets()
    known = [value for subnet in subnets for value in (subnet.id, subnet.name, subnet.gateway_ip)]
    yield text in known and "That is an attribute of a subnet, but not its cidr."
    inside = {network.id for network in conn.list_networks() if not network.is_router_external}
    networks = {subnet.network_id for subnet in subnets if subnet.cidr == text}
    yield networks and not networks & inside and "This range belongs to an external network."
    yield not networks and "The answer must be a range, as text. Find the subnet whose network_id is the network's id."


def room_left(answer, conn, flavor):  # How many more servers of a flavor the quota allows
    yield unless_number(answer)
    limits = conn.get_compute_limits()
    kinds = {"instances": 1, "total_cores": flavor.vcpus, "total_ram": flavor.ram}
    # -1 means that there is no limit.
    room = [(limits[kind] - limits[f"{kind}_used"]) / each for kind, each in kinds.items() if limits[kind] >= 0]
    wrong = answer != (max(0, min(map(int, room))) if room else -1)
    one = "That is what one of the limits leaves. The tightest of the three decides, and // gives whole servers."
    yield wrong and answer in [*room, *map(int, room)] and one
    third = "How many servers does the third limit leave?"
    yield wrong and f"Divide the vCPUs and the memory that are left by what a server takes. {third}"


def many_vcpus(answer, conn):  # The flavors with at least 4 vCPUs and less than 32 GiB of memory
    right = [f for f in conn.list_flavors() if f.vcpus >= 4 and f.ram < 32 * 1024]
    yield from diff(answer, right, '"At least" includes 4, and "less than" excludes 32. Memory is in MiB.')


def no_tags(answer, conn):  # The images without any tag
    right = [image for image in conn.list_images() if not image.tags]
    yield from diff(answer, right, "In a condition, an empty list is false.")


def all_focal(answer, conn, wanted):  # The images whose tags, properties or names match the wanted system
    words = "|".join(re.escape(word) for word in (wanted.NICKNAME, wanted.VERSION) if word)
    right = [
        image
        for image in conn.list_images()
        if expected_tags(wanted) <= set(image.tags)
        or (image.os_distro, image.os_version) == (wanted.DISTRO, wanted.VERSION)
        or re.search(words, image.name or "", re.IGNORECASE)
    ]
    hint = "Take all three lists together. An image that two of them have counts once."
    yield from diff(answer, right, hint)

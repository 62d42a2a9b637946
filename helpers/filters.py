"""Filter lists of resources: lists in, sorted lists out, no calls to the cloud."""

import re
from collections.abc import Iterable
from types import ModuleType
from typing import TypeVar

from openstack.compute.v2.flavor import Flavor
from openstack.compute.v2.keypair import Keypair
from openstack.compute.v2.server import Server
from openstack.compute.v2.server_group import ServerGroup
from openstack.identity.v3.application_credential import ApplicationCredential
from openstack.image.v2.image import Image
from openstack.network.v2.network import Network
from openstack.resource import Resource

from helpers.errors import CourseError

AnyResource = TypeVar("AnyResource", bound=Resource)

# The notebooks mark all that they create: servers in their metadata; images by a tag (a snapshot by metadata, because
# its request takes no tags); key pairs, server groups and application credentials at the beginning of their names; and
# everything else in its description.
MARK = "import-openstack"

# Words and dates in the names of images that another image is better than.
_SPECIAL = re.compile(r"(?i)bare.?metal|gpu|nvidia|cuda|arm64|aarch64|\b(daily|desktop|test|old|deprecated)\b")
_DISTRIBUTIONS = re.compile("alma|alpine|arch|centos|debian|fedora|freebsd|rhel|rocky|suse|ubuntu|windows")
_DATED = re.compile(r"(?<!\d)20\d\d-?[01]\d(-?[0-3]\d)?(?!\d)")


def by_size(flavor: Flavor) -> tuple:
    """Return a key that sorts flavors, the smallest first."""
    return flavor.vcpus or 0, flavor.ram or 0, flavor.disk or 0, flavor.name or ""


def by_name(resource: Resource) -> tuple[str, str]:
    """Return a key that sorts resources by name, and by id if their names are the same."""
    return resource.name or "", resource.id or ""


def filter_flavors(
    flavors: Iterable[Flavor], vcpus: int | None = None, max_ram: int | None = None, max_disk: int | None = None
) -> list[Flavor]:
    """Return the flavors that meet all given requirements, smallest first.

    Args:
        flavors: The flavors that conn.list_flavors() returns.
        vcpus: The exact number of virtual CPUs.
        max_ram: The maximum memory, in MiB.
        max_disk: The maximum root disk, in GiB. Flavors without a disk, which must boot from a volume, are returned
            only if no other flavor fits.

    Raises:
        CourseError: One of the numbers is a text.

    Example: filter_flavors(conn.list_flavors(), vcpus=1, max_ram=1024, max_disk=20)
    """
    for number in (vcpus, max_ram, max_disk):
        if isinstance(number, str):
            raise CourseError(f"{number!r} is a text: in wanted.py, write VCPUS, MAX_RAM and MAX_DISK without quotes.")
    fitting = [
        flavor
        for flavor in flavors
        if (vcpus is None or flavor.vcpus == vcpus)
        and (max_ram is None or (flavor.ram or 0) <= max_ram)
        and (max_disk is None or (flavor.disk or 0) <= max_disk)
    ]
    with_disk = [flavor for flavor in fitting if flavor.disk or max_disk is None]
    return sorted(with_disk or [flavor for flavor in fitting if flavor.disk == 0], key=by_size)


def filter_images(
    images: Iterable[Image],
    tags: Iterable[str] = (),
    distro: str | None = None,
    version: str | None = None,
    name: str | None = None,
    nickname: str | None = None,
) -> list[Image]:
    """Return the images that meet all given requirements, except the course's own snapshots.

    They are sorted by name, but dated builds and images for special machines (GPU, bare metal) come last.

    Args:
        images: The images, as conn.list_images() returns them.
        tags: Tags that the image must have, all of them.
        distro: The operating system in libosinfo's vocabulary (https://libosinfo.org), such as "ubuntu": the property
            os_distro or, without that property, a part of the name.
        version: The version, such as "20.04": the property os_version, also with a point release behind it, or,
            without that property, a part of the name.
        name: A regular expression that matches anywhere in the name, in any case.
        nickname: The version's nickname, such as "focal". In a name, it says distribution and version.

    Raises:
        CourseError: The version is a number.

    Example: filter_images(conn.list_images(), distro="ubuntu", version="20.04")
    """
    if version is not None and not isinstance(version, str):
        raise CourseError('A version is text, because 20.1 and 20.10 are the same number: write "20.04", in quotes.')
    fitting = [
        image
        for image in images
        if not _is_marked(image)
        and set(tags) <= set(image.tags or ())
        and _has_system(image, distro, version, nickname)
        and _matches(name, image)
    ]
    return sort_images(fitting)


def sort_images(images: Iterable[Image]) -> list[Image]:
    """Return images by name; dated builds follow, the newest first, and then images for special machines.

    Example: sort_images(conn.list_images())
    """
    images = sorted(images, key=by_name)
    dated = [image for image in images if _DATED.search(image.name or "")]
    undated = [image for image in images if not _DATED.search(image.name or "")]
    return sorted([*undated, *reversed(dated)], key=lambda image: bool(_SPECIAL.search(image.name or "")))


def _has_system(image: Image, distro: str | None, version: str | None, nickname: str | None) -> bool:
    """Return whether an image has a system, by its properties or, without them, by its name."""
    stated = [getattr(image, key) or (image.properties or {}).get(key) or "" for key in ("os_distro", "os_version")]
    os_distro, os_version, name = stated[0].lower(), stated[1].lower(), (image.name or "").lower()
    # A nickname counts in a name without a number such as 20.04: the number is the version.
    named = bool(nickname and re.search(rf"(?<![a-z]){re.escape(nickname.lower())}(?![a-z])", name))
    named = named and not re.search(r"(?<![\d.])\d\d\.\d\d(?!\d)", name)
    # A nickname alone says the distribution, too: jammy-server-cloudimg-amd64.
    distro_named = (distro or "").lower() in name or (named and not _DISTRIBUTIONS.search(name))
    if distro and not (os_distro == distro.lower() if os_distro else distro_named):
        return False
    if os_version and version:
        return bool(re.match(rf"{re.escape(version)}(?!\d)", os_version))
    return not version or named or bool(re.search(_version_in_name(distro or "", version), name))


def _version_in_name(distro: str, version: str) -> str:
    """Return a regular expression for names such as debian-12-amd64, ubuntu-20.04, Ubuntu2004 and Ubuntu20."""
    first, *others = (re.escape(part) for part in version.split("."))
    first_number = rf"{re.escape(distro.lower())}\D*{first}(?!\d)"
    if not others:
        return first_number
    return rf"(?<![\d.]){'[._-]?'.join([first, *others])}(?!\d)|{first_number}(?![._-]?\d)"


def fits(flavor: Flavor, image: Image) -> bool:
    """Return whether a flavor has the memory and the disk that an image needs; without a disk, a volume has it."""
    return (image.min_ram or 0) <= (flavor.ram or 0) and (not flavor.disk or (image.min_disk or 0) <= flavor.disk)


def filter_networks(networks: Iterable[Network], external: bool = False, name: str | None = None) -> list[Network]:
    """Return the networks for servers, or the external ones, by name.

    The course's own networks are left out, and networks without a subnet, which have no address for a server.

    Args:
        networks: The networks, as conn.list_networks() returns them.
        external: Whether to return the external networks instead, which floating IPs come from.
        name: A regular expression that matches anywhere in the name, in any case.

    Example: filter_networks(conn.list_networks(), external=True)
    """
    fitting = [
        network
        for network in networks
        if bool(network.is_router_external) == external
        and network.description != MARK
        and (external or network.subnet_ids != [])
        and _matches(name, network)
    ]
    return sorted(fitting, key=by_name)


def _matches(pattern: str | None, resource: Resource) -> bool:
    try:
        return pattern is None or bool(re.search(pattern, resource.name or "", re.IGNORECASE))
    except re.error as error:
        raise CourseError(f"{pattern!r} is not a regular expression ({error}). In wanted.py, it is NETWORK.") from None


def filter_wanted_images(images: Iterable[Image], wanted: ModuleType) -> list[Image]:
    """Return the images with the wanted system, sorted as filter_images does."""
    return filter_images(images, distro=wanted.DISTRO, version=wanted.VERSION, nickname=wanted.NICKNAME)


def expected_tags(wanted: ModuleType) -> set[str]:
    """Return the tags of an image with the wanted system, on clouds that tag images as the practice cloud does."""
    return {f"os:{wanted.DISTRO}", f"release:{wanted.NICKNAME}"}


def filter_marked(resources: Iterable[AnyResource], name: str | None = None) -> list[AnyResource]:
    """Return the resources that the course has made, by name.

    Args:
        resources: Servers, floating IPs, networks or others, as the connection's list methods return them.
        name: The exact name.

    Example: filter_marked(conn.list_servers(), name="my_server")
    """
    return sorted((r for r in resources if _is_marked(r) and name in (None, r.name)), key=by_name)


def _is_marked(resource: Resource) -> bool:
    if isinstance(resource, Server):
        # A server that is gone: conn.delete_server() stops waiting at this status, lists have it for a moment longer.
        return resource.status != "DELETED" and (resource.metadata or {}).get("course") == MARK
    if isinstance(resource, Image):
        return MARK in [*(resource.tags or ()), (resource.properties or {}).get("course")]
    if isinstance(resource, Keypair | ServerGroup | ApplicationCredential):
        return (resource.name or "").startswith(MARK)
    return resource.description == MARK

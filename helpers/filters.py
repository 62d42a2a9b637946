"""Narrow lists of resources down: lists in, sorted lists out, no calls to the cloud."""

import re
from collections.abc import Iterable
from types import ModuleType

from openstack.compute.v2.flavor import Flavor
from openstack.compute.v2.keypair import Keypair
from openstack.compute.v2.server import Server
from openstack.compute.v2.server_group import ServerGroup
from openstack.identity.v3.application_credential import ApplicationCredential
from openstack.image.v2.image import Image
from openstack.network.v2.network import Network
from openstack.resource import Resource

from helpers.errors import CourseError

# The notebooks give this to all that they create: to servers as metadata; to images as a tag (or, in the order for a
# snapshot, which takes no tags, as metadata); to what has no description, and to what logs in, as the beginning of
# its name; and to everything else as its description.
MARK = "import-openstack"


def by_size(flavor: Flavor) -> tuple:
    """Put flavors in order, the smallest first."""
    return flavor.vcpus or 0, flavor.ram or 0, flavor.disk or 0, flavor.name or ""


def by_name(resource: Resource) -> tuple[str, str]:
    """Put resources in the order of their names, and of their ids where names are the same."""
    return resource.name or "", resource.id or ""


def filter_flavors(
    flavors: Iterable[Flavor],
    vcpus: int | None = None,
    max_ram: int | None = None,
    max_disk: int | None = None,
) -> list[Flavor]:
    """Return the flavors that meet all the requirements given, the smallest first.

    Args:
        flavors: As conn.list_flavors() returns them.
        vcpus: The exact number of virtual CPUs.
        max_ram: The most memory, in MiB.
        max_disk: The largest root disk, in GiB. With it, flavors without a disk are left out: to boot from one of
            these takes a volume.
    """
    fitting = [
        flavor
        for flavor in flavors
        if (vcpus is None or flavor.vcpus == vcpus)
        and (max_ram is None or (flavor.ram or 0) <= max_ram)
        and (max_disk is None or 0 < (flavor.disk or 0) <= max_disk)
    ]
    return sorted(fitting, key=by_size)


def filter_images(
    images: Iterable[Image],
    tags: Iterable[str] = (),
    distro: str | None = None,
    version: str | None = None,
    name: str | None = None,
) -> list[Image]:
    """Return the images that meet all the requirements given, by name.

    Images that the course has made are left out: a snapshot says the same of itself as what its server came from.

    Args:
        images: As conn.list_images() returns them.
        tags: Tags that the image has, all of them.
        distro: The operating system in libosinfo's vocabulary (https://libosinfo.org), such as "ubuntu". Where an
            image has no property os_distro, its name has to contain it.
        version: The version, such as "20.04", in the property os_version or else in the name.
        name: A regular expression found anywhere in the name, in upper or lower case.

    Raises:
        CourseError: The version is a number.
    """
    if version is not None and not isinstance(version, str):
        raise CourseError('A version is text, because 20.1 and 20.10 are one number: write "20.04", in quotes.')
    fitting = [
        image
        for image in images
        if not _is_marked(image)
        and set(tags) <= set(image.tags or ())
        and (distro is None or _is_said(image, "os_distro", distro))
        and (version is None or _is_said(image, "os_version", version))
        and (name is None or re.search(name, image.name or "", re.IGNORECASE))
    ]
    return sorted(fitting, key=by_name)


def _is_said(image: Image, key: str, value: str) -> bool:
    """Tell whether an image's property has a value or, where nobody has set that property, its name contains it."""
    stated = getattr(image, key) or (image.properties or {}).get(key)
    return stated.lower() == value.lower() if stated else value.lower() in (image.name or "").lower()


def filter_networks(networks: Iterable[Network], external: bool = False, name: str | None = None) -> list[Network]:
    """Return the networks to put a server on, or the external ones, which floating IPs come from, by name.

    Networks that the course has made are left out: they lead nowhere, to show what goes wrong then. So is a network
    without a subnet, which has no address for a server.

    Args:
        networks: As conn.list_networks() returns them.
        external: Whether to return the external networks instead.
        name: A regular expression found anywhere in the name, in upper or lower case.
    """
    fitting = [
        network
        for network in networks
        if bool(network.is_router_external) == external
        and network.description != MARK
        and (external or network.subnet_ids != [])
        and (name is None or re.search(name, network.name or "", re.IGNORECASE))
    ]
    return sorted(fitting, key=by_name)


def usual_tags(wanted: ModuleType) -> set[str]:
    """Return the tags that an image of the wanted system has, where images are tagged as on the practice cloud."""
    return {f"os:{wanted.DISTRO}", f"release:{wanted.NICKNAME}"}


def filter_marked(resources: Iterable[Resource], name: str | None = None) -> list[Resource]:
    """Return the resources that the course has made, by name; what others call the same is not among them.

    Args:
        resources: Servers, floating IPs, networks or others, as the connection's list methods return them.
        name: The exact name.
    """
    return sorted((r for r in resources if _is_marked(r) and name in (None, r.name)), key=by_name)


def _is_marked(resource: Resource) -> bool:
    if isinstance(resource, Server):
        return (resource.metadata or {}).get("course") == MARK
    if isinstance(resource, Image):
        return MARK in [*(resource.tags or ()), (resource.properties or {}).get("course")]
    if isinstance(resource, Keypair | ServerGroup | ApplicationCredential):
        return (resource.name or "").startswith(MARK)
    return resource.description == MARK

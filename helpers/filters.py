"""Narrow lists of resources down: lists in, lists out, no calls to the cloud."""

import re
from collections.abc import Iterable

from openstack.compute.v2.flavor import Flavor
from openstack.image.v2.image import Image
from openstack.network.v2.network import Network


def filter_flavors(
    flavors: Iterable[Flavor],
    vcpus: int | None = None,
    max_ram: int | None = None,
    max_disk: int | None = None,
) -> list[Flavor]:
    """Return the flavors that meet all the requirements given.

    Args:
        flavors: As conn.list_flavors() returns them.
        vcpus: The exact number of virtual CPUs.
        max_ram: The most memory, in MiB.
        max_disk: The largest root disk, in GiB.
    """
    return [
        flavor
        for flavor in flavors
        if (vcpus is None or flavor.vcpus == vcpus)
        and (max_ram is None or flavor.ram <= max_ram)
        and (max_disk is None or flavor.disk <= max_disk)
    ]


def filter_images(
    images: Iterable[Image],
    tags: Iterable[str] = (),
    distro: str | None = None,
    version: str | None = None,
    name: str | None = None,
) -> list[Image]:
    """Return the images that meet all the requirements given.

    Args:
        images: As conn.list_images() returns them.
        tags: Tags that the image has, all of them.
        distro: The operating system in libosinfo's vocabulary (https://libosinfo.org), such as "ubuntu". Where an
            image has no property os_distro, its name has to contain it.
        version: The version, such as "20.04", in the property os_version or else in the name.
        name: A regular expression found anywhere in the name, in upper or lower case.
    """
    return [
        image
        for image in images
        if set(tags) <= set(image.tags)
        and (distro is None or _is_said(image, "os_distro", distro))
        and (version is None or _is_said(image, "os_version", version))
        and (name is None or re.search(name, image.name or "", re.IGNORECASE))
    ]


def _is_said(image: Image, key: str, value: str) -> bool:
    """Tell whether an image's property has a value or, where nobody has set that property, its name contains it."""
    stated = getattr(image, key) or (image.properties or {}).get(key)
    return stated.lower() == value.lower() if stated else value.lower() in (image.name or "").lower()


def filter_networks(networks: Iterable[Network], external: bool = False, name: str | None = None) -> list[Network]:
    """Return the networks to put a server on, or the external ones, which floating IPs come from.

    Args:
        networks: As conn.list_networks() returns them.
        external: Whether to return the external networks instead.
        name: A regular expression found anywhere in the name, in upper or lower case.
    """
    return [
        network
        for network in networks
        if bool(network.is_router_external) == external
        and (name is None or re.search(name, network.name or "", re.IGNORECASE))
    ]

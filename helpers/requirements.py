"""Select a flavor, an image and a network that meet the requirements in wanted.py, or say which line to change."""

from types import ModuleType
from typing import Any

from openstack.compute.v2.flavor import Flavor
from openstack.connection import Connection

from helpers.errors import CourseError
from helpers.filters import by_size, filter_flavors, filter_images, filter_networks, filter_wanted_images, fits
from helpers.networks import sort_networks

_AGAIN = "in wanted.py, restart the kernel, and run all cells."
_MOST_NAMES = 5


def select_resources(conn: Connection, wanted: ModuleType, **chosen: Any) -> dict[str, Any]:
    """Return the first flavor, image and network that meet the requirements, as create_server takes them.

    If the flavor has no disk, the server boots from a volume, which is deleted together with the server.

    Args:
        conn: The connection to the cloud.
        wanted: The requirements.
        chosen: What has already been chosen, such as network; returned with the rest.

    Raises:
        CourseError: Nothing on this cloud meets the requirements. The message names the line of wanted.py to change.

    Example: conn.create_server("my_server", **select_resources(conn, wanted))
    """
    flavors = [chosen["flavor"]] if "flavor" in chosen else _flavors(conn, wanted)
    images = [chosen["image"]] if "image" in chosen else _images(conn, wanted)
    network = chosen.get("network") or _networks(conn, wanted)[0]
    # A small flavor may have too little disk for a certain image.
    pairs = [(flavor, image) for flavor in flavors for image in images if fits(flavor, image)]
    flavor, image = pairs[0] if pairs else (flavors[0], images[0])
    return {"flavor": flavor, "image": image, "network": network} | chosen | root_disk(flavor, wanted)


def root_disk(flavor: Flavor, wanted: ModuleType) -> dict[str, Any]:
    """Return what create_server needs for a flavor without a disk: a volume of MAX_DISK GiB to boot from.

    The volume is deleted together with the server. For a flavor with a disk, the result is an empty dictionary.

    Args:
        flavor: The flavor, as an object.
        wanted: The requirements.

    Raises:
        CourseError: The volume would have 0 GiB.

    Example: conn.create_server("my_server", flavor=flavor, **root_disk(flavor, wanted))
    """
    if flavor.disk:
        return {}
    if not wanted.MAX_DISK:
        raise CourseError(
            f"The flavor {flavor.name} has no disk, so the server needs a volume: set MAX_DISK = 20 {_AGAIN}"
        )
    return {"boot_from_volume": True, "volume_size": wanted.MAX_DISK, "terminate_volume": True}


def nearest_flavor(flavors: list[Flavor], wanted: ModuleType) -> tuple[Flavor, dict[str, int]]:
    """Return the flavor that needs the fewest requirements changed, and the lines of wanted.py that would allow it.

    Of several, it is the smallest with a disk, which is what select_resources takes.

    Args:
        flavors: All flavors of the cloud, at least one.
        wanted: The requirements.

    Example: flavor, lines = nearest_flavor(conn.list_flavors(), wanted)
    """

    def lines(flavor: Flavor) -> dict[str, int]:
        limits = {"MAX_RAM": flavor.ram or 0, "MAX_DISK": flavor.disk or 0}
        exceeded = {name: size for name, size in limits.items() if size > getattr(wanted, name)}
        return exceeded if flavor.vcpus == wanted.VCPUS else {"VCPUS": flavor.vcpus or 0} | exceeded

    nearest = min(flavors, key=lambda flavor: (len(lines(flavor)), not flavor.disk, by_size(flavor)))
    return nearest, lines(nearest)


def _flavors(conn: Connection, wanted: ModuleType) -> list[Flavor]:
    flavors = conn.list_flavors()
    if found := filter_flavors(flavors, wanted.VCPUS, wanted.MAX_RAM, wanted.MAX_DISK):
        return found
    if not flavors:
        raise CourseError("This project sees no flavors. Ask the cloud's operator for one.")
    flavor, lines = nearest_flavor(flavors, wanted)
    changes = " and ".join(f"{name} = {value}" for name, value in lines.items())
    size = f"{flavor.vcpus} vCPU, {flavor.ram} MiB RAM, {flavor.disk} GiB disk"
    raise CourseError(
        f"No flavor meets your requirements. The nearest is {flavor.name} ({size}): set {changes} {_AGAIN}"
    )


def _images(conn: Connection, wanted: ModuleType) -> list[Any]:
    images: Any = conn.list_images()
    if found := filter_wanted_images(images, wanted):
        return found
    there = filter_images(images, distro=wanted.DISTRO)
    known = _names(f"{wanted.DISTRO} images", there) if there else _names("images", filter_images(images))
    raise CourseError(
        f"There is no {wanted.DISTRO} {wanted.VERSION} image. {known} Set DISTRO, VERSION, NICKNAME and USER {_AGAIN}"
    )


def _networks(conn: Connection, wanted: ModuleType) -> list[Any]:
    networks = filter_networks(conn.list_networks())
    if found := filter_networks(networks, name=wanted.NETWORK):
        return sort_networks(conn, found)
    if not networks:
        raise CourseError("This project has no network for servers. Notebook 12 shows how: build one, and keep it.")
    raise CourseError(
        f"No network name contains {wanted.NETWORK!r}. {_names('networks', networks)} Set NETWORK {_AGAIN}"
    )


def _names(kind: str, resources: list[Any]) -> str:
    names = [resource.name or "unnamed" for resource in resources]
    more = ", ..." if len(names) > _MOST_NAMES else ""
    return f"This cloud has the {kind} {', '.join(names[:_MOST_NAMES])}{more}."

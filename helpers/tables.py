"""Lists of resources as tables with units in their heads; pandas is imported when needed."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from openstack.compute.v2.flavor import Flavor
from openstack.image.v2.image import Image
from openstack.network.v2.network import Network

if TYPE_CHECKING:
    from pandas import DataFrame
else:
    DataFrame = Any


def table(rows: Iterable[tuple], columns: list[str], nothing: str = "There is nothing.") -> DataFrame:
    """Return a table with its first column as the names of the rows, and a sentence for the case that it is empty."""
    from helpers.frames import Table

    made = Table(list(rows), columns=columns).set_index(columns[0])
    made.attrs["nothing"] = nothing
    return made


def flavors_table(flavors: Iterable[Flavor]) -> DataFrame:
    """Return a table of flavors, the smallest first: name, vCPUs, RAM in MiB, and root disk in GiB.

    Args:
        flavors: The flavors.

    Example: flavors_table(conn.list_flavors())
    """
    rows = [(flavor.name, flavor.vcpus, flavor.ram, flavor.disk) for flavor in flavors]
    return table(rows, ["name", "vCPUs", "RAM (MiB)", "disk (GiB)"], "There are no flavors.").sort_values(
        ["vCPUs", "RAM (MiB)", "disk (GiB)"]
    )


def images_table(images: Iterable[Image]) -> DataFrame:
    """Return a table of images by name: operating system and version, tags, and size in MiB.

    Args:
        images: The images.

    Example: images_table(conn.list_images())
    """
    rows = [(i.name, i.os_distro, i.os_version, ", ".join(sorted(i.tags or ())), (i.size or 0) / 2**20) for i in images]
    return (
        table(rows, ["name", "os_distro", "os_version", "tags", "size (MiB)"], "There are no images.")
        .fillna("")
        .sort_index()
    )


def networks_table(networks: Iterable[Network]) -> DataFrame:
    """Return a table of networks by name: status, number of subnets, and whether they are external or shared.

    Args:
        networks: The networks.

    Example: networks_table(conn.list_networks())
    """
    rows = [(n.name, n.status, len(n.subnet_ids or ()), n.is_router_external, n.is_shared) for n in networks]
    return table(rows, ["name", "status", "subnets", "external", "shared"], "There are no networks.").sort_index()

"""Lists of resources as pandas tables, with units in the headers."""

from collections.abc import Iterable

import pandas as pd
from openstack.compute.v2.flavor import Flavor
from openstack.image.v2.image import Image
from openstack.network.v2.network import Network


def flavors_table(flavors: Iterable[Flavor]) -> pd.DataFrame:
    """Return a table of flavors by name, the smallest first: vCPUs, RAM in MiB, root disk in GiB."""
    rows = [(flavor.name, flavor.vcpus, flavor.ram, flavor.disk) for flavor in flavors]
    table = pd.DataFrame(rows, columns=["name", "vCPUs", "RAM (MiB)", "disk (GiB)"])
    return table.sort_values(["vCPUs", "RAM (MiB)", "disk (GiB)"]).set_index("name")


def images_table(images: Iterable[Image]) -> pd.DataFrame:
    """Return a table of images by name: operating system and version, tags, and size in MiB."""
    rows = [
        (image.name, image.os_distro, image.os_version, ", ".join(sorted(image.tags)), (image.size or 0) / 2**20)
        for image in images
    ]
    table = pd.DataFrame(rows, columns=["name", "os_distro", "os_version", "tags", "size (MiB)"])
    return table.fillna("").sort_values("name").set_index("name")


def networks_table(networks: Iterable[Network]) -> pd.DataFrame:
    """Return a table of networks by name: status, number of subnets, and whether they are external or shared."""
    rows = [(n.name, n.status, len(n.subnet_ids), n.is_router_external, n.is_shared) for n in networks]
    table = pd.DataFrame(rows, columns=["name", "status", "subnets", "external", "shared"])
    return table.sort_values("name").set_index("name")

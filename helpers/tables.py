"""Lists of resources as pandas tables, with units in the headers; pandas and matplotlib are imported when needed."""

import html
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from IPython.display import HTML
from openstack.compute.v2.flavor import Flavor
from openstack.image.v2.image import Image
from openstack.network.v2.network import Network

from helpers.filters import by_size

if TYPE_CHECKING:
    from pandas import DataFrame
else:
    DataFrame = Any


def table(rows: Iterable[tuple], columns: list[str]) -> DataFrame:
    """Return a table with its first column as the names of the rows."""
    import pandas as pd

    # Tables have sentences, and pandas would cut them after 50 characters.
    pd.set_option("display.max_colwidth", None)
    return pd.DataFrame(rows, columns=columns).set_index(columns[0])


def flavors_table(flavors: Iterable[Flavor]) -> DataFrame:
    """Return a table of flavors, the smallest first: name, vCPUs, RAM in MiB, and root disk in GiB.

    Args:
        flavors: The flavors.

    Example: flavors_table(conn.list_flavors())
    """
    rows = [(flavor.name, flavor.vcpus, flavor.ram, flavor.disk) for flavor in flavors]
    return table(rows, ["name", "vCPUs", "RAM (MiB)", "disk (GiB)"]).sort_values(["vCPUs", "RAM (MiB)", "disk (GiB)"])


def images_table(images: Iterable[Image]) -> DataFrame:
    """Return a table of images by name: operating system and version, tags, and size in MiB.

    Args:
        images: The images.

    Example: images_table(conn.list_images())
    """
    rows = [(i.name, i.os_distro, i.os_version, ", ".join(sorted(i.tags or ())), (i.size or 0) / 2**20) for i in images]
    return table(rows, ["name", "os_distro", "os_version", "tags", "size (MiB)"]).fillna("").sort_index()


def networks_table(networks: Iterable[Network]) -> DataFrame:
    """Return a table of networks by name: status, number of subnets, and whether they are external or shared.

    Args:
        networks: The networks.

    Example: networks_table(conn.list_networks())
    """
    rows = [(n.name, n.status, len(n.subnet_ids or ()), n.is_router_external, n.is_shared) for n in networks]
    return table(rows, ["name", "status", "subnets", "external", "shared"]).sort_index()


def plot_flavors(flavors: Iterable[Flavor], matching: Iterable[Flavor] = ()) -> HTML:
    """Return a plot of flavors by RAM in GiB and number of vCPUs, with a text for people who cannot see it.

    Args:
        flavors: All flavors.
        matching: The flavors that meet the requirements. They are drawn larger, with their names.

    Example: plot_flavors(flavors, filter_flavors(flavors, vcpus=1))
    """
    from IPython.core.pylabtools import print_figure
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4))
    axes = figure.subplots()
    sizes = table(((f.name, (f.ram or 0) / 1024, f.vcpus or 0) for f in flavors), ["name", "RAM (GiB)", "vCPUs"])
    sizes.plot.scatter("RAM (GiB)", "vCPUs", marker="o", label="a flavor", logx=True, logy=True, ax=axes)
    for number, flavor in enumerate(matching := sorted(matching, key=by_size)):
        place = (flavor.ram or 0) / 1024, flavor.vcpus or 0
        axes.plot(*place, "k*", markersize=16, label="_" if number else "matches")
        axes.annotate(flavor.name, place, xytext=(8, 10 + 14 * number), textcoords="offset points")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.legend()
    names = ", ".join(flavor.name or "unnamed" for flavor in matching) or "none"
    text = html.escape(f"{len(sizes)} flavors by memory and vCPUs. These match: {names}.")
    return HTML(f'<img alt="{text}" src="data:image/png;base64,{print_figure(figure, base64=True)}">')

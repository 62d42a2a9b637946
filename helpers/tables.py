"""Lists of resources as pandas tables, with units in the headers."""

import html
from collections.abc import Iterable

import pandas as pd
from IPython.display import HTML
from openstack.compute.v2.flavor import Flavor
from openstack.image.v2.image import Image
from openstack.network.v2.network import Network

from helpers.filters import by_size

# Sentences in a table are there to be read: pandas would cut them after 50 characters.
pd.set_option("display.max_colwidth", None)


def table(rows: Iterable[tuple], columns: list[str]) -> pd.DataFrame:
    """Return a table with its first column as the names of the rows."""
    return pd.DataFrame(rows, columns=columns).set_index(columns[0])


def flavors_table(flavors: Iterable[Flavor]) -> pd.DataFrame:
    """Return a table of flavors by name, the smallest first: vCPUs, RAM in MiB, root disk in GiB."""
    rows = [(flavor.name, flavor.vcpus, flavor.ram, flavor.disk) for flavor in flavors]
    return table(rows, ["name", "vCPUs", "RAM (MiB)", "disk (GiB)"]).sort_values(["vCPUs", "RAM (MiB)", "disk (GiB)"])


def images_table(images: Iterable[Image]) -> pd.DataFrame:
    """Return a table of images by name: operating system and version, tags, and size in MiB."""
    rows = [
        (image.name, image.os_distro, image.os_version, ", ".join(sorted(image.tags or ())), (image.size or 0) / 2**20)
        for image in images
    ]
    return table(rows, ["name", "os_distro", "os_version", "tags", "size (MiB)"]).fillna("").sort_index()


def networks_table(networks: Iterable[Network]) -> pd.DataFrame:
    """Return a table of networks by name: status, number of subnets, and whether they are external or shared."""
    rows = [(n.name, n.status, len(n.subnet_ids or ()), n.is_router_external, n.is_shared) for n in networks]
    return table(rows, ["name", "status", "subnets", "external", "shared"]).sort_index()


def plot_flavors(flavors: Iterable[Flavor], matching: Iterable[Flavor] = ()) -> HTML:
    """Draw flavors by memory in GiB and number of vCPUs; those that match are larger, and named.

    Args:
        flavors: All flavors.
        matching: Those that meet the requirements.

    Returns:
        A picture with a text for those who cannot see it.
    """
    # Only here: matplotlib is 30 MiB, which most kernels save.
    from IPython.core.pylabtools import print_figure
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4))
    axes = figure.subplots()
    sizes = pd.DataFrame([((f.ram or 0) / 1024, f.vcpus or 0) for f in flavors], columns=["RAM (GiB)", "vCPUs"])
    sizes.plot.scatter("RAM (GiB)", "vCPUs", marker="o", label="a flavor", logx=True, logy=True, ax=axes)
    matching = sorted(matching, key=by_size)
    for number, flavor in enumerate(matching):
        place = (flavor.ram or 0) / 1024, flavor.vcpus or 0
        axes.plot(*place, "k*", markersize=16, label="_" if number else "matches")
        axes.annotate(flavor.name, place, xytext=(8, 10 + 14 * number), textcoords="offset points")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.legend()
    names = ", ".join(flavor.name or "without a name" for flavor in matching) or "none"
    text = html.escape(f"{len(sizes)} flavors by memory and vCPUs. These match: {names}.")
    return HTML(f'<img alt="{text}" src="data:image/png;base64,{print_figure(figure, base64=True)}">')

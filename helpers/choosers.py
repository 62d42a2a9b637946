"""Dropdowns to choose one of a list of resources; the value of each is the id of what is chosen."""

from collections.abc import Iterable

from ipywidgets import Dropdown, Layout
from openstack.compute.v2.flavor import Flavor
from openstack.image.v2.image import Image
from openstack.network.v2.network import Network

from helpers.filters import by_name, by_size
from helpers.keyboard import KeepsKeys


class Chooser(KeepsKeys, Dropdown):
    """A dropdown for the mouse and the keyboard."""


def choose_flavor(flavors: Iterable[Flavor]) -> Dropdown:
    """Offer flavors, the smallest first; the value is the id of the chosen one, or None where there is none."""
    return _choose("Flavor", [(_flavor_label(flavor), flavor.id) for flavor in sorted(flavors, key=by_size)])


def choose_image(images: Iterable[Image]) -> Dropdown:
    """Offer images by name; the value is the id of the chosen one, or None where there is none."""
    return _choose("Image", [(_image_label(image), image.id) for image in sorted(images, key=by_name)])


def choose_network(networks: Iterable[Network]) -> Dropdown:
    """Offer networks by name; the value is the id of the chosen one, or None where there is none."""
    return _choose(
        "Network", [(network.name or "without a name", network.id) for network in sorted(networks, key=by_name)]
    )


def _choose(kind: str, options: list[tuple[str, str]]) -> Dropdown:
    offered = options or [(f"No {kind.lower()} matches: ask for less", None)]
    layout = Layout(width="max-content", min_width="24em")
    return Chooser(description=kind, options=offered, index=0, disabled=not options, layout=layout)


def _flavor_label(flavor: Flavor) -> str:
    name = flavor.name or "without a name"
    return f"{name}: {flavor.vcpus} vCPU, {(flavor.ram or 0) / 1024:g} GiB RAM, {flavor.disk} GiB disk"


def _image_label(image: Image) -> str:
    system = " ".join(filter(None, [image.os_distro, image.os_version]))
    name = image.name or "without a name"
    return f"{name} ({system})" if system else name

"""Dropdowns to choose one of a list of resources; the value of each is the id of what is chosen."""

from collections.abc import Iterable

from ipywidgets import Dropdown, Layout
from openstack.compute.v2.flavor import Flavor
from openstack.image.v2.image import Image
from openstack.network.v2.network import Network

from helpers.filters import by_name, by_size
from helpers.keyboard import KeepsKeys

Options = list[tuple[str, str]]


class Chooser(KeepsKeys, Dropdown):
    """A dropdown for the mouse and the keyboard."""


def choose_flavor(flavors: Iterable[Flavor]) -> Dropdown:
    """Offer flavors, the smallest first; the value is the id of the chosen one, or None where there is none."""
    return _choose("Flavor", flavor_options(flavors))


def choose_image(images: Iterable[Image]) -> Dropdown:
    """Offer images by name; the value is the id of the chosen one, or None where there is none."""
    return _choose("Image", image_options(images))


def choose_network(networks: Iterable[Network]) -> Dropdown:
    """Offer networks by name; the value is the id of the chosen one, or None where there is none."""
    return _choose(
        "Network", [(network.name or "without a name", network.id) for network in sorted(networks, key=by_name)]
    )


def flavor_options(flavors: Iterable[Flavor]) -> Options:
    """Return what a dropdown shows of flavors, and their ids."""
    return [
        (f"{f.name or 'without a name'}: {f.vcpus} vCPU, {(f.ram or 0) / 1024:g} GiB RAM, {f.disk} GiB disk", f.id)
        for f in sorted(flavors, key=by_size)
    ]


def image_options(images: Iterable[Image]) -> Options:
    """Return what a dropdown shows of images, and their ids."""
    return [(_image_label(image), image.id) for image in sorted(images, key=by_name)]


def offer(dropdown: Dropdown, options: Options) -> None:
    """Let a dropdown offer other options, and keep what was chosen if it is still there."""
    kept, nothing = dropdown.value, [(f"No {dropdown.description.lower()} matches: ask for less", None)]
    dropdown.options, dropdown.disabled = options or nothing, not options
    values = [value for _, value in dropdown.options]
    dropdown.index = values.index(kept) if kept in values else 0


def _choose(description: str, options: Options) -> Dropdown:
    dropdown = Chooser(description=description, layout=Layout(width="max-content", min_width="24em"))
    offer(dropdown, options)
    return dropdown


def _image_label(image: Image) -> str:
    system = " ".join(filter(None, [image.os_distro, image.os_version]))
    name = image.name or "without a name"
    return f"{name} ({system})" if system else name

"""Dropdowns to choose one of a list of resources; the value of each is the id of what is chosen."""

from collections.abc import Iterable

from ipywidgets import Dropdown, Layout
from openstack.compute.v2.flavor import Flavor
from openstack.image.v2.image import Image
from openstack.network.v2.network import Network


def choose_flavor(flavors: Iterable[Flavor]) -> Dropdown:
    """Offer flavors, the smallest first.

    Args:
        flavors: What to choose from, usually filtered.

    Returns:
        A dropdown whose value is the id of the chosen flavor, or None where there is no flavor to choose.
    """
    ordered = sorted(flavors, key=lambda flavor: (flavor.vcpus, flavor.ram, flavor.disk, flavor.name))
    return _choose("Flavor", [(_flavor_label(flavor), flavor.id) for flavor in ordered])


def choose_image(images: Iterable[Image]) -> Dropdown:
    """Offer images by name.

    Args:
        images: What to choose from, usually filtered.

    Returns:
        A dropdown whose value is the id of the chosen image, or None where there is no image to choose.
    """
    ordered = sorted(images, key=lambda image: image.name or "")
    return _choose("Image", [(_image_label(image), image.id) for image in ordered])


def choose_network(networks: Iterable[Network]) -> Dropdown:
    """Offer networks by name.

    Args:
        networks: What to choose from, usually filtered.

    Returns:
        A dropdown whose value is the id of the chosen network, or None where there is no network to choose.
    """
    ordered = sorted(networks, key=lambda network: network.name)
    return _choose("Network", [(network.name, network.id) for network in ordered])


def _choose(description: str, options: list[tuple[str, str]]) -> Dropdown:
    nothing = [(f"No {description.lower()} matches: ask for less", None)]
    return Dropdown(
        description=description,
        options=options or nothing,
        index=0,
        disabled=not options,
        layout=Layout(width="max-content", min_width="24em"),
    )


def _flavor_label(flavor: Flavor) -> str:
    return f"{flavor.name}: {flavor.vcpus} vCPU, {flavor.ram / 1024:g} GiB RAM, {flavor.disk} GiB disk"


def _image_label(image: Image) -> str:
    system = " ".join(filter(None, [image.os_distro, image.os_version]))
    return f"{image.name} ({system})" if system else f"{image.name}"

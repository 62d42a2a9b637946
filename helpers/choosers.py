"""Dropdowns to choose one of a list of resources; the value of each is the id of what is chosen."""

from collections.abc import Iterable
from typing import Any

from IPython.display import HTML as PageHTML
from IPython.display import display
from ipywidgets import HTML, BoundedIntText, DOMWidget, Dropdown, Layout, Text, VBox
from openstack.compute.v2.flavor import Flavor
from openstack.image.v2.image import Image
from openstack.network.v2.network import Network

from helpers.filters import by_name, by_size, filter_flavors, filter_images, filter_networks
from helpers.tables import flavors_table

# JupyterLab takes arrow keys and letters as commands for its cells, unless the focused element has this attribute
# (see CommandRegistry in https://github.com/jupyterlab/lumino).
_KEEP_KEYS = """<script>
document.addEventListener("focusin", ({target}) => {
    if (target.closest(".jupyter-widgets")) target.setAttribute("data-lm-suppress-shortcuts", "true");
});
</script>"""


class _KeepsKeys(DOMWidget):
    """Lets a widget have the keyboard to itself while it has the focus."""

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        display(PageHTML(_KEEP_KEYS))
        return super()._repr_mimebundle_(**kwargs)


class Chooser(_KeepsKeys, Dropdown):
    """A dropdown for the mouse and the keyboard."""


def choose_flavor(flavors: Iterable[Flavor]) -> Dropdown:
    """Offer flavors, the smallest first; the value is the id of the chosen one, or None where there is none."""
    ordered = sorted(flavors, key=by_size)
    return _choose("Flavor", [(_flavor_label(flavor), flavor.id) for flavor in ordered])


def choose_image(images: Iterable[Image]) -> Dropdown:
    """Offer images by name; the value is the id of the chosen one, or None where there is none."""
    return _choose("Image", [(_image_label(image), image.id) for image in sorted(images, key=by_name)])


def choose_network(networks: Iterable[Network]) -> Dropdown:
    """Offer networks by name; the value is the id of the chosen one, or None where there is none."""
    return _choose("Network", [(network.name, network.id) for network in sorted(networks, key=by_name)])


class ServerForm(_KeepsKeys, VBox):
    """Fields for what a server has to be, and dropdowns that offer what meets it. The lists are not fetched again.

    Args:
        flavors, images, networks: As the connection's list methods return them.
        vcpus, max_ram, max_disk: The number of vCPUs, the most memory (MiB) and the largest root disk (GiB) at first.
        distro, version: The operating system and its version at first.
    """

    def __init__(
        self,
        flavors: Iterable[Flavor],
        images: Iterable[Image],
        networks: Iterable[Network],
        vcpus: int = 1,
        max_ram: int = 1024,
        max_disk: int = 20,
        distro: str = "",
        version: str = "",
    ) -> None:
        self._flavors, self._images = list(flavors), list(images)
        self.vcpus = BoundedIntText(vcpus, min=1, max=1024, description="vCPUs")
        self.max_ram = BoundedIntText(max_ram, min=0, max=2**30, step=512, description="RAM (MiB)")
        self.max_disk = BoundedIntText(max_disk, min=0, max=2**20, step=10, description="Disk (GiB)")
        self.distro, self.version = Text(distro, description="Distro"), Text(version, description="Version")
        self.flavor, self.image = choose_flavor([]), choose_image([])
        self.network = choose_network(filter_networks(networks))
        self._table = HTML()
        fields = [self.vcpus, self.max_ram, self.max_disk, self.distro, self.version]
        for field in fields:
            field.observe(self._narrow, "value")
        self._narrow()
        super().__init__([*fields, self.flavor, self.image, self.network, self._table])

    @property
    def value(self) -> dict[str, str | None]:
        """The ids that conn.create_server() wants: flavor, image and network."""
        return {"flavor": self.flavor.value, "image": self.image.value, "network": self.network.value}

    def _narrow(self, _change: Any = None) -> None:
        fitting = filter_flavors(self._flavors, self.vcpus.value, self.max_ram.value, self.max_disk.value)
        distro, version = self.distro.value or None, self.version.value or None
        _offer(self.flavor, choose_flavor(fitting))
        _offer(self.image, choose_image(filter_images(self._images, distro=distro, version=version)))
        self._table.value = flavors_table(fitting).to_html()


def _offer(dropdown: Dropdown, other: Dropdown) -> None:
    """Let a dropdown offer what another one does, and keep what was chosen if it is still there."""
    values = [value for _, value in other.options]
    kept = values.index(dropdown.value) if dropdown.value in values else 0
    dropdown.options, dropdown.disabled = other.options, other.disabled
    dropdown.index = kept


def _choose(description: str, options: list[tuple[str, str]]) -> Dropdown:
    nothing = [(f"No {description.lower()} matches: ask for less", None)]
    return Chooser(
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

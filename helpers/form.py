"""A form for what a server has to be."""

from collections.abc import Iterable
from typing import Any

from ipywidgets import HTML, BoundedIntText, Text, VBox
from openstack.compute.v2.flavor import Flavor
from openstack.image.v2.image import Image
from openstack.network.v2.network import Network

from helpers.choosers import choose_flavor, choose_image, choose_network, flavor_options, image_options, offer
from helpers.filters import filter_flavors, filter_images, filter_networks
from helpers.keyboard import KeepsKeys
from helpers.tables import flavors_table


class ServerForm(KeepsKeys, VBox):
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
        offer(self.flavor, flavor_options(fitting))
        offer(self.image, image_options(filter_images(self._images, distro=distro, version=version)))
        # The class that JupyterLab gives to a table of pandas'.
        table = flavors_table(fitting).to_html(border=0)
        self._table.value = f'<div class="jp-RenderedHTMLCommon">{table}</div>'

"""Dropdowns of resources; the value of each is the id of the chosen resource."""

from collections.abc import Iterable
from typing import Any

from IPython.core.display import HTML
from IPython.display import display
from ipywidgets import Dropdown, Layout
from openstack.compute.v2.flavor import Flavor
from openstack.image.v2.image import Image
from openstack.network.v2.network import Network

from helpers.filters import by_size, sort_images

# JupyterLab takes arrow keys and letters as commands for its cells, unless the focused element has this attribute
# (see CommandRegistry in https://github.com/jupyterlab/lumino).
_WITH_DROPDOWNS = """<script>
document.addEventListener("focusin", ({target}) => {
    if (target.closest(".jupyter-widgets")) target.setAttribute("data-lm-suppress-shortcuts", "true");
});
</script>
<style>
/* In the dark theme, the arrow of a dropdown would be black on black. */
[data-jp-theme-light="false"] .jupyter-widgets select {
    --jp-widgets-dropdown-arrow: url('data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 18 18">\
<path fill="white" d="M5 7l4 4 4-4z"/></svg>');
}
</style>"""


class Chooser(Dropdown):
    """A dropdown that gets all keystrokes while it has the focus."""

    def __repr__(self) -> str:
        """Return what GitHub shows, or a notebook that has not been run."""
        chosen = str(self.label) if self.value is None else str(self.label).split(": ")[0]
        return f"{self.description}: {chosen} (run this cell for a dropdown)"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        display(HTML(_WITH_DROPDOWNS))
        return super()._repr_mimebundle_(**kwargs)


def choose_flavor(flavors: Iterable[Flavor]) -> Dropdown:
    """Return a dropdown of flavors, the smallest first; its value is the id of the chosen one.

    Args:
        flavors: The flavors to offer. Without any, the value is None.

    Example: flavor = choose_flavor(filter_flavors(conn.list_flavors(), vcpus=1))
    """
    return _dropdown("Flavor", {flavor.id: _flavor_label(flavor) for flavor in sorted(flavors, key=by_size)})


def choose_image(images: Iterable[Image]) -> Dropdown:
    """Return a dropdown of images, sorted as filter_images does; its value is the id of the chosen one.

    Args:
        images: The images to offer. Without any, the value is None.

    Example: image = choose_image(filter_images(conn.list_images(), distro="ubuntu"))
    """
    return _dropdown("Image", {image.id: _image_label(image) for image in sort_images(images)})


def choose_network(networks: Iterable[Network]) -> Dropdown:
    """Return a dropdown of networks in their order; its value is the id of the chosen one.

    Args:
        networks: The networks to offer. Without any, the value is None.

    Example: network = choose_network(filter_networks(conn.list_networks()))
    """
    return _dropdown("Network", {network.id: network.name or "unnamed" for network in networks})


def _dropdown(kind: str, labels: dict[str, str]) -> Dropdown:
    options = [(label, id_) for id_, label in labels.items()] or [
        (f"No {kind.lower()} matches: change wanted.py", None)
    ]
    layout = Layout(width="max-content", min_width="24em")
    return Chooser(description=kind, options=options, index=0, disabled=not labels, layout=layout)


def _flavor_label(flavor: Flavor) -> str:
    ram = f"{(flavor.ram or 0) / 1024:g} GiB RAM"
    return f"{flavor.name or 'unnamed'}: {flavor.vcpus} vCPU, {ram}, {flavor.disk} GiB disk"


def _image_label(image: Image) -> str:
    system = " ".join(filter(None, [image.os_distro, image.os_version]))
    return f"{image.name or 'unnamed'} ({system})" if system else image.name or "unnamed"

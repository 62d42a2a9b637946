"""What the notebooks import: connect(), and one module an idea beside it."""

from importlib import import_module

_HOME_OF = {
    "connect": "connection",
    "use_practice_cloud": "connection",
    "filter_flavors": "filters",
    "filter_images": "filters",
    "filter_networks": "filters",
    "choose_flavor": "choosers",
    "choose_image": "choosers",
    "choose_network": "choosers",
    "ServerForm": "choosers",
    "flavors_table": "tables",
    "images_table": "tables",
    "networks_table": "tables",
    "plot_flavors": "tables",
    "wait_for_server": "progress",
    "draw_topology": "topology",
    "check": "checks",
    "check_metadata": "checks",
    "clean_up": "cleanup",
}
__all__ = [*_HOME_OF]  # noqa: PLE0604


def __getattr__(name: str):
    """Import a helper when it is first used: the practice cloud's processes need none of them, nor pandas."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'helpers' has no attribute {name!r}")
    return getattr(import_module(f"helpers.{_HOME_OF[name]}"), name)

"""What the notebooks import: connect(), and one module an idea beside it."""

from importlib import import_module

_MODULES = {
    "connection": ["connect", "use_practice_cloud"],
    "filters": ["filter_flavors", "filter_images", "filter_networks", "filter_marked"],
    "choosers": ["choose_flavor", "choose_image", "choose_network", "ServerForm"],
    "tables": ["flavors_table", "images_table", "networks_table", "plot_flavors"],
    "progress": ["wait_for_server"],
    "topology": ["draw_topology"],
    "checks": ["check"],
    "cleanup": ["clean_up", "count_everything"],
    "errors": ["require"],
    "reaching": ["wait_for_port", "run_over_ssh", "why_unreachable"],
}
_HOME_OF = {name: module for module, names in _MODULES.items() for name in names}
__all__ = list(_HOME_OF)


def __getattr__(name: str):
    """Import a helper when it is first used: the practice cloud's processes need none of them, nor pandas."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'helpers' has no attribute {name!r}")
    return getattr(import_module(f"helpers.{_HOME_OF[name]}"), name)

"""What the notebooks import: connect(), and one module an idea beside it.

A helper's module is imported when the helper is first used: the practice cloud's processes need none of them, nor
pandas.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "connection": ["connect", "use_practice_cloud"],
        "filters": ["filter_flavors", "filter_images", "filter_networks", "filter_marked"],
        "widgets": ["choose_flavor", "choose_image", "choose_network"],
        "tables": ["flavors_table", "images_table", "networks_table", "plot_flavors"],
        "progress": ["wait_for_server"],
        "topology": ["draw_topology"],
        "exercises.engine": ["check", "Solution"],
        "cleanup": ["clean_up", "count_everything"],
        "errors": ["require"],
        "ensure": [
            "select_resources",
            "ensure_server",
            "ensure_floating_ip",
            "ensure_security_group",
            "ensure_key",
            "ensure_web_server",
        ],
        "connectivity": ["wait_for_port"],
        "ssh": ["run_over_ssh", "forget_host_key"],
        "security_groups": ["why_unreachable"],
    },
)

"""Draw the pictures of the notebooks that need no cloud: python tests/tools/draw_images.py"""

from pathlib import Path

from helpers.drawing import LINE, box, line, svg

IMAGES = Path(__file__).parents[2] / "notebooks" / "images"


def goal() -> str:
    """Return the picture of what the course builds, drawn as draw_topology() draws a part of it from a cloud."""
    text = (
        "From left to right: your notebook with openstacksdk; in the cloud, an external network, a router with a "
        "floating IP, and a network; on that network, your server with 1 vCPU, at most 1 GiB of RAM, at most 20 GiB of "
        "disk, Ubuntu Focal, and a fixed IP. The floating IP leads to the fixed IP."
    )
    wires = [(158, 96, 218, 96), (368, 96, 408, 96), (548, 96, 588, 96), (728, 96, 768, 96)]
    return svg(
        950,
        222,
        "What you build in this course",
        text,
        f'<rect x="190" y="8" width="752" height="206" rx="10" fill="{LINE}" fill-opacity="0.15" stroke="{LINE}"/>',
        *(line(*ends) for ends in wires),
        line(548, 180, 768, 180, arrow=True),
        box("computer", 8, 66, 150, 60, "your notebook", "openstacksdk"),
        box("external network", 218, 66, 150, 60, "external network"),
        box("router", 408, 66, 140, 60, "router"),
        line(478, 126, 478, 168),
        box("address", 408, 168, 140, 24, "floating IP"),
        box("network", 588, 66, 140, 60, "network"),
        box(
            "server",
            768,
            30,
            160,
            132,
            "your server",
            "1 vCPU",
            "≤ 1 GiB RAM",
            "≤ 20 GiB disk",
            "Ubuntu Focal",
            more=40,
        ),
        box("address", 780, 168, 136, 24, "fixed IP"),
        box("label", 206, 20, 96, 26, "the cloud"),
    )


def login() -> str:
    """Return the picture of a login."""
    text = (
        "Your notebook sends a user name and a password to Keystone, and Keystone returns a token and the catalog: the "
        "addresses of all services. With the token, your notebook sends a request to Nova, for example for a list of "
        "servers, and Nova returns the list."
    )
    return svg(
        800,
        270,
        "A login, and the first request after it",
        text,
        line(188, 62, 600, 62, arrow=True),
        line(600, 102, 188, 102, arrow=True),
        line(188, 182, 600, 182, arrow=True),
        line(600, 222, 188, 222, arrow=True),
        box("computer", 8, 20, 180, 230, "your notebook", "openstacksdk"),
        box("external network", 600, 32, 190, 100, "Keystone", "identity"),
        box("network", 600, 152, 190, 100, "Nova", "compute"),
        box("label", 290, 50, 210, 25, "1. user name, password"),
        box("label", 290, 90, 210, 25, "2. token, catalog"),
        box("label", 290, 170, 210, 25, "3. token, “list servers”"),
        box("label", 290, 210, 210, 25, "4. servers"),
    )


if __name__ == "__main__":
    (IMAGES / "goal.svg").write_text(goal(), encoding="utf-8")
    (IMAGES / "login.svg").write_text(login(), encoding="utf-8")

"""Draw pictures as SVG in one style, which can be read on a light and on a dark page: all words are inside of boxes."""

import base64
import html

from helpers.outputs import Output

LINE, ACCENT = "#7d8b99", "#d4501e"
# For each kind of thing: its colour, its outline, and how thick that is. A router is round, too.
_KINDS = {
    "computer": ("#eceff2", "#5b6875", 2),
    "external network": ("#e9e3f8", "#7256b5", 2),
    "router": ("#fdebc8", "#b06d0b", 2),
    "network": ("#dcebfb", "#3a76b5", 2),
    "server": ("#dff2e1", "#2f7d3b", 5),
    "label": ("#ffffff", "#5b6875", 1),
    "address": ("#ffffff", ACCENT, 2),
}
_DOT = '<circle r="5" fill="#3a76b5" stroke="#ffffff"/>'
_STAR = f'<path d="M0-9L2.4-3 9-2.6 4 1.6 5.8 8 0 4.4-5.8 8-4 1.6-9-2.6-2.4-3Z" fill="{ACCENT}" stroke="#ffffff"/>'
_TIP = f'<path d="M0 0L10 5L0 10Z" fill="{ACCENT}"/>'
# An IPv6 address.
_LONGEST = 39


def box(kind: str, x: float, y: float, width: float, height: float, *lines: str, more: float = 0) -> str:
    """Return a box for a kind of thing, with words in its middle, and more height below for what else is in it."""
    fill, stroke, thick = _KINDS[kind]
    corner = height / 2 if kind == "router" else 6
    place = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height + more:g}" rx="{corner:g}"'
    first = y + height / 2 + 5 - 10 * (len(lines) - 1)
    words = [
        f'<text x="{x + width / 2:g}" y="{first + 20 * number:g}" font-weight="{"normal" if number else "bold"}">'
        f"{html.escape(_shorten(line))}</text>"
        for number, line in enumerate(lines)
    ]
    return f'<rect {place} fill="{fill}" stroke="{stroke}" stroke-width="{thick}"/>{"".join(words)}'


def box_width(*lines: str) -> float:
    """Return how wide a box for some lines must be."""
    return max([110, *(24 + 8.6 * len(_shorten(line)) for line in lines)])


def line(x1: float, y1: float, x2: float, y2: float, arrow: bool = False) -> str:
    """Return a line, or an arrow, from one point to another; it is an S if they differ in height."""
    look, middle = f'stroke="{ACCENT}" marker-end="url(#tip)"' if arrow else f'stroke="{LINE}"', (x1 + x2) / 2
    return f'<path d="M{x1:g} {y1:g}C{middle:g} {y1:g} {middle:g} {y2:g} {x2:g} {y2:g}" fill="none" {look}/>'


def mark(x: float, y: float, star: bool) -> str:
    """Return a star, or a dot, around a point."""
    return f'<g transform="translate({x:g} {y:g})">{_STAR if star else _DOT}</g>'


def svg(width: float, height: float, title: str, text: str, *shapes: str) -> str:
    """Return a picture with a title, a text for people who cannot see it, and shapes from the back to the front."""
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" \
viewBox="0 0 {width:g} {height:g}" role="img" aria-labelledby="title text" font-family="Arial, Helvetica, sans-serif" \
font-size="15" text-anchor="middle" fill="#1b2733" stroke-width="2">
<title id="title">{html.escape(title)}</title>
<desc id="text">{html.escape(text)}</desc>
<marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="5" markerHeight="5" orient="auto">{_TIP}</marker>
{chr(10).join(shapes)}
</svg>
"""


def show(text: str, picture: str) -> Output:
    """Return a picture as an image: GitHub shows that, and so does a notebook that is not trusted."""
    data = base64.b64encode(picture.encode()).decode()
    return Output(
        f'<img alt="{html.escape(text)}" src="data:image/svg+xml;base64,{data}" style="max-width: 100%">', text
    )


def _shorten(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"

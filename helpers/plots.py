"""A plot of flavors."""

import math
from collections.abc import Iterable, Iterator
from itertools import groupby

from openstack.compute.v2.flavor import Flavor

from helpers.drawing import box, box_width, line, mark, show, svg
from helpers.filters import by_size
from helpers.outputs import Output

# In pixels: the left end, the width, the heights of a row and of a name, and the distance of flavors of one size.
_LEFT, _WIDTH, _ROW, _NAME, _APART = 64, 700, 50, 28, 15
_MOST_NAMES = 8


def plot_flavors(flavors: Iterable[Flavor], matching: Iterable[Flavor] = ()) -> Output:
    """Return a plot of flavors by RAM in GiB and number of vCPUs, with a text for people who cannot see it.

    Args:
        flavors: All flavors. Those of the same size are drawn side by side, the smallest disk first.
        matching: The flavors that meet the requirements. They are drawn as stars, with their names.

    Example: plot_flavors(flavors, filter_flavors(flavors, vcpus=1))
    """
    flavors, matching = sorted(flavors, key=by_size), sorted(matching, key=by_size)
    names = ", ".join(flavor.name or "unnamed" for flavor in matching) or "none"
    text = f"{len(flavors)} flavor{'s' * (len(flavors) != 1)} by memory and vCPUs. These match: {names}."
    ram, vcpus = _powers((flavor.ram or 0) / 1024 for flavor in flavors), _powers(flavor.vcpus for flavor in flavors)
    places = list(_places(flavors, ram, vcpus))
    stars = sorted((x, y, flavor.name or "unnamed") for flavor, x, y in places if flavor in matching)[:_MOST_NAMES]
    right, bottom = _LEFT + _WIDTH, _NAME + _ROW * len(vcpus)
    axis = bottom + _NAME * len(stars) + 8
    xs = [(_LEFT + _WIDTH * (number + 0.5) / len(ram), power) for number, power in enumerate(ram)]
    ys = [(bottom - _ROW * (number + 0.5), power) for number, power in enumerate(vcpus)]
    grid = [*(line(x, _NAME, x, axis) for x, _ in xs), *(line(_LEFT, y, right, y) for y, _ in ys)]
    shapes = [box("label", x - 25, axis, 50, 24, f"{2.0**power:g}") for x, power in xs]
    shapes += [box("label", 2, y - 12, 58, 24, f"{2.0**power:g}") for y, power in ys]
    # The leftmost star has the lowest name, so that no line from a star to its name crosses another name.
    for number, (x, y, name) in enumerate(reversed(stars)):
        top, width = bottom + _NAME * number, box_width(name)
        grid.append(line(x, y, x, top))
        shapes.append(box("address", min(x - 12, right - width), top, width, 24, name))
    shapes += [mark(x, y, flavor in matching) for flavor, x, y in places]
    shapes += [box("label", 2, 0, 58, 24, "vCPUs"), box("label", right - 100, axis + 32, 100, 26, "RAM (GiB)")]
    for x, width, meaning, star in ((_LEFT, 90, "a flavor", False), (_LEFT + 110, 160, "one that matches", True)):
        shapes += [mark(x + 12, axis + 45, star), box("label", x + 20, axis + 32, width, 26, meaning)]
    thin = f'<g stroke-width="1">{"".join(grid)}</g>'
    return show(text, svg(right + 8, axis + 62, "Flavors by memory and vCPUs", text, thin, *shapes))


def _powers(values: Iterable[float | None]) -> range:
    """Return the exponents of the powers of two that the values are between; 0 and None are not known."""
    logs = [math.log2(value) for value in values if value] or [0.0]
    return range(math.floor(min(logs)), math.ceil(max(logs)) + 1)


def _places(flavors: list[Flavor], ram: range, vcpus: range) -> Iterator[tuple[Flavor, float, float]]:
    """Yield each flavor with its place; those of the same size are in a square around theirs."""
    for (cores, memory), group in groupby(flavors, key=lambda flavor: by_size(flavor)[:2]):
        across = math.log2(memory / 1024 or 2.0 ** ram[0]) - ram[0] + 0.5
        up = math.log2(cores or 2.0 ** vcpus[0]) - vcpus[0] + 0.5
        side = math.ceil(math.sqrt(len(same := list(group))))
        for number, flavor in enumerate(same):
            row, column = divmod(number, side)
            x = _LEFT + _WIDTH * across / len(ram) + _APART * (column - (side - 1) / 2)
            yield flavor, x, _NAME + _ROW * (len(vcpus) - up) + _APART * (row - (len(same) - 1) // side / 2)

"""How pecan, Neutron's web framework, finds the method that answers a request."""

from collections.abc import Callable
from functools import cache

from pecan import util


def remember_arguments() -> None:
    """Let pecan inspect each method once: it does so at every request, and takes a fifteenth of its time for it."""
    inspect = cache(util._getargspec)

    def getargspec(method: Callable) -> tuple:
        # Each request has bound methods of its own; the functions behind them stay.
        return inspect(getattr(method, "__func__", method))

    util._getargspec = getargspec

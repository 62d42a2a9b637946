"""The random passwords of a practice cloud."""

import secrets

from . import json_store
from .home import Home

# The passwords of three Keystone users, Nova's secret for its metadata API, and the proxy's password.
_NAMES = ("admin", "service", "user", "metadata", "gateway")


def passwords(home: Home) -> dict[str, str]:
    """Return this cloud's passwords; the first call makes them."""
    kept = json_store.load(home, "secrets")
    if not all(isinstance(kept.get(name), str) for name in _NAMES):
        kept = {name: secrets.token_urlsafe(18) for name in _NAMES}
        json_store.save(home, "secrets", kept)
    return kept

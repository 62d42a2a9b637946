"""What Keystone's cache does here beyond its own: a reset replaces the database, so it empties the cache."""

import os
from typing import Any

from dogpile.cache.proxy import ProxyBackend

from . import RESTORED


class EmptiedByReset(ProxyBackend):
    """Empties the dictionary behind it when the state has been restored."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._restored = _restored()

    def get(self, key: str) -> Any:
        """Return the value for a key, or NO_VALUE."""
        if (restored := _restored()) != self._restored:
            self.proxied.cache.clear()
            self._restored = restored
        return self.proxied.get(key)


def _restored() -> int:
    """Return when the state was last restored, in nanoseconds, or 0."""
    try:
        return os.stat(f"state/{RESTORED}").st_mtime_ns
    except FileNotFoundError:
        return 0

"""The ports of the services: the same at each start, unless another program has taken one."""

import socket
from typing import Any
from urllib.parse import urlsplit


def last_port(urls: Any, name: str) -> int:
    """Return the port on which a service listened last, or 0 for any port."""
    try:
        return urlsplit(urls[name]).port or 0
    except (TypeError, KeyError, ValueError, AttributeError):
        return 0


def listen(port: int) -> socket.socket:
    """Listen on a port of 127.0.0.1, or on any free one if another program has taken it."""
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError:
        return socket.create_server(("127.0.0.1", 0))

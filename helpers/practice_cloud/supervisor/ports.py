"""The ports at which the services listen: the same ones at each start, as long as nobody else has taken them."""

import socket
from typing import Any
from urllib.parse import urlsplit


def last_port(urls: Any, name: str) -> int:
    """Return the port at which a service listened last, or 0 for any."""
    try:
        return urlsplit(urls[name]).port or 0
    except (TypeError, KeyError, ValueError, AttributeError):
        return 0


def listen(port: int) -> socket.socket:
    """Listen on a port of loopback, or on a free one where another program has taken it meanwhile."""
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError:
        return socket.create_server(("127.0.0.1", 0))

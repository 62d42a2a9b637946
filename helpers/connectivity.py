"""Find out whether a port of a server answers at its floating IP."""

import base64
import http.client
import socket
import time
import urllib.request
from urllib.parse import SplitResult, urlsplit

from helpers.errors import CourseError
from helpers.progress import ProgressLine

_ATTEMPT_SECONDS = 3
# The likely reasons, in the order of providers' help pages.
_REASONS = {
    "silent": "no rule of the server's security groups allows that port; the server is off, deleted or still booting; "
    "the floating IP is not attached to it; or the address is wrong. Ask why_unreachable(conn, server, port).",
    "refused": "the server is there, but nothing listens on that port. Its console log may say why.",
}


def wait_for_port(address: str, port: int, timeout: float = 60) -> None:
    """Wait until something answers at a port, and show progress.

    Args:
        address: The floating IP.
        port: The TCP port: 22 for SSH, 80 for a web page.
        timeout: How long to wait, in seconds.

    Raises:
        CourseError: Nothing answers in that time; the message names the likely reasons.

    Example: wait_for_port(server.public_v4, 80, timeout=300)
    """
    deadline = time.monotonic() + timeout
    with ProgressLine(f"{address} port {port}") as line:
        while (state := knock(address, port)) != "answers":
            line.update(state)
            if time.monotonic() > deadline:
                raise CourseError(f"{address} port {port}: {state} for {timeout:g} s. Likely reason: {_REASONS[state]}")
            time.sleep(0.5)
        line.update(state)


def knock(address: str | None, port: int = 80) -> str:
    """Try a TCP port, and return "answers", "refused", or after three seconds "silent"."""
    try:
        open_connection(address or "", port).close()
        return "answers"
    except ConnectionError:
        return "refused"
    except OSError:
        return "silent"


def practice_proxy() -> SplitResult | None:
    """Return the URL of the practice cloud's gateway if this kernel uses it as its proxy."""
    proxy = urlsplit(urllib.request.getproxies().get("http", ""))
    return proxy if (proxy.username or "").startswith("practice-cloud") else None


def open_connection(address: str, port: int) -> socket.socket:
    """Open a connection, through the practice cloud's gateway if that is this kernel's proxy.

    Raises:
        OSError: Nothing answers. It is a ConnectionError if the address answers, but nothing listens on that port.
    """
    if not (proxy := practice_proxy()):
        return socket.create_connection((address, port), timeout=_ATTEMPT_SECONDS)
    login = base64.b64encode(f"{proxy.username}:{proxy.password}".encode()).decode()
    gateway = http.client.HTTPConnection(proxy.hostname or "", proxy.port, timeout=_ATTEMPT_SECONDS)
    gateway.set_tunnel(address, port, {"Proxy-Authorization": f"Basic {login}"})
    gateway.connect()
    return gateway.sock

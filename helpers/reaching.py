"""Knock at a port of a server, through its floating IP."""

import base64
import http.client
import socket
import time
import urllib.request
from urllib.parse import SplitResult, urlsplit

from helpers.errors import CourseError
from helpers.progress import ProgressLine

_ATTEMPT_SECONDS = 3
# In the order in which providers' help pages list them.
_SILENT = (
    "no rule of its security groups lets that port in; it is off or gone, or has not booted yet; the floating IP is "
    "not attached to it; or it is another address. Ask why_unreachable(conn, server, port)."
)
_REFUSED = "the server is there, but nothing listens at that port. Its console log may say why."


def wait_for_port(address: str, port: int, timeout: float = 60) -> None:
    """Wait until something answers at a port, and show that it goes on.

    Args:
        address: The floating IP.
        port: 22 for SSH, 80 for a web page.
        timeout: How many seconds to wait.

    Raises:
        CourseError: Nothing answers in that time; the message names the likely reasons.
    """
    deadline = time.monotonic() + timeout
    with ProgressLine(f"{address} port {port}") as line:
        while True:
            try:
                connect_to(address, port).close()
                return line.update("answers")
            except ConnectionError:
                said, reasons = "refuses", _REFUSED
            except OSError:
                said, reasons = "is silent", _SILENT
            line.update(said)
            if time.monotonic() > deadline:
                raise CourseError(f"{address} {said} at port {port} for {timeout:g} s. Likely reasons: {reasons}")
            time.sleep(0.5)


def knock(address: str | None, port: int = 80) -> str:
    """Say how a port answers: with "answers", "refused" or "silent", which takes three seconds."""
    try:
        connect_to(address or "", port).close()
        return "answers"
    except ConnectionError:
        return "refused"
    except OSError:
        return "silent"


def gateway_of_the_practice_cloud() -> SplitResult | None:
    """Return the address of the practice cloud's gateway, where that is this kernel's proxy."""
    proxy = urlsplit(urllib.request.getproxies().get("http", ""))
    return proxy if proxy.username == "practice-cloud" else None


def connect_to(address: str, port: int) -> socket.socket:
    """Open a connection, through the practice cloud's gateway where that is this kernel's proxy.

    Raises:
        OSError: Nobody answers; ConnectionError where the address answers, but nothing listens at that port.
    """
    if not (proxy := gateway_of_the_practice_cloud()):
        return socket.create_connection((address, port), timeout=_ATTEMPT_SECONDS)
    login = base64.b64encode(f"{proxy.username}:{proxy.password}".encode()).decode()
    gateway = http.client.HTTPConnection(proxy.hostname or "", proxy.port, timeout=_ATTEMPT_SECONDS)
    gateway.set_tunnel(address, port, {"Proxy-Authorization": f"Basic {login}"})
    gateway.connect()
    return gateway.sock

"""The command curl: a guest reaches only the metadata API and itself."""

from collections.abc import Sequence
from getopt import gnu_getopt
from http import HTTPStatus
from urllib.parse import urlsplit

from ..mounts import files
from ..system import System
from ..web import find
from .files import CommandError


def curl(system: System, user: str, arguments: Sequence[str]) -> str:
    """Get a page."""
    options, urls = gnu_getopt(arguments, "sSfLV")
    if ("-V", "") in options:
        return "curl of the practice cloud\n"
    if len(urls) != 1:
        raise CommandError("usage: curl [-s] [-f] URL", 2)
    url = urlsplit(urls[0] if "://" in urls[0] else f"http://{urls[0]}")
    status, content = _get(system, url.scheme, url.hostname or "", url.port or 80, url.path)
    if status >= HTTPStatus.BAD_REQUEST and ("-f", "") in options:
        raise CommandError(f"curl: (22) The requested URL returned error: {status.value}", 22)
    return content.decode(errors="surrogateescape")


def _get(system: System, scheme: str, host: str, port: int, path: str) -> tuple[HTTPStatus, bytes]:
    """Request a page."""
    is_own = host in ("localhost", "127.0.0.1", system.hostname, system.machine["address"])
    if (scheme, port) == ("http", 80) and is_own and system.WEB_SERVER in system.disk:
        return find(files(system), path)[:2]
    if (scheme, host, port) == ("http", "169.254.169.254", 80):
        try:
            return HTTPStatus.OK, system.metadata(path.lstrip("/"))
        except LookupError:
            return HTTPStatus.NOT_FOUND, b"404 Not Found\n"
        except OSError as error:
            raise CommandError(f"curl: (7) Failed to connect to {host} port 80: Connection refused", 7) from error
    if not is_own and not host.replace(".", "").isdecimal():
        raise CommandError(f"curl: (6) Could not resolve host: {host}", 6)
    reason = "Connection refused" if is_own else "No route to host"
    raise CommandError(f"curl: (7) Failed to connect to {host} port {port}: {reason}", 7)

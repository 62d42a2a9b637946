"""The web server of a guest: it serves the files below /var/www/html."""

import socket
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from mimetypes import MimeTypes
from socketserver import BaseServer
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from .filetree import FileTree, absolute
from .mounts import files
from .system import System

_ROOT = "/var/www/html"
_TYPES = MimeTypes()


def serve(system: System, connection: socket.socket, peer: str) -> None:
    """Answer the requests of one connection."""
    # The handler needs nothing of its server but the guest whose files it serves.
    _Handler(connection, (peer, 0), cast(BaseServer, SimpleNamespace(system=system)))


def find(disk: FileTree, target: str) -> tuple[HTTPStatus, bytes, str]:
    """Return the answer to a request for a file: status, content and content type."""
    path = _ROOT + absolute(unquote(urlsplit(target).path)).rstrip("/")
    path = path if path in disk else f"{path}/index.html"
    status = HTTPStatus.NOT_FOUND if path not in disk else HTTPStatus.OK
    if path in disk and not disk[path].mode & 0o004:
        status = HTTPStatus.FORBIDDEN
    if status is not HTTPStatus.OK:
        return status, f"<h1>{status.value} {status.phrase}</h1>\n".encode(), "text/html"
    kind = _TYPES.guess_type(path)[0] or "application/octet-stream"
    return status, disk[path].content.encode(errors="surrogateescape"), kind


class _Handler(BaseHTTPRequestHandler):
    """Read a request, answer it, and read the next one."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "practice-cloud guest", ""
    # The seconds that a client may be silent; and the whole answer is sent at once.
    timeout, wbufsize = 30, -1

    def do_GET(self) -> None:
        """Send a file."""
        status, content, kind = find(files(cast(Any, self.server).system), self.path)
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.end_headers()
        self.wfile.write(content if self.command == "GET" else b"")

    do_HEAD = do_GET

    def do_POST(self) -> None:
        """Refuse to change anything."""
        self.send_response(HTTPStatus.METHOD_NOT_ALLOWED)
        for name, value in {"Allow": "GET, HEAD", "Content-Length": "0", "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()

    do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_POST

    def log_message(self, *arguments: object) -> None:
        """Write no log."""

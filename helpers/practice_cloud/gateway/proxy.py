"""An HTTP proxy on loopback that reaches this cloud's floating IPs and forwards everything else."""

import asyncio
import base64
import hmac
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import SplitResult, unquote, urlsplit

from .drop import Dropped, Rejected, emulate_tcp_failure
from .upstream import learner_of, upstream_of

# For the head of a request; clients may be slow.
_HEAD_SECONDS = 60
_CONNECT_SECONDS = 30
_CHUNK = 65536

Streams = tuple[StreamReader, StreamWriter]
Opener = Callable[[str, int, str], Awaitable[Streams | None]]


class Proxy:
    """Serves the connections of clients; each request opens a new connection to its target.

    Args:
        password_of: Returns the password of a learner, or of the operator, whose name is empty.
        open_guest: Opens a connection for a learner to a floating IP of this cloud, or raises Dropped or Rejected;
            returns None for any other address.
    """

    def __init__(self, password_of: Callable[[str], str], open_guest: Opener) -> None:
        self._password_of, self._open_guest = password_of, open_guest

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Answer one client; an error ends only its connection."""
        async with emulate_tcp_failure(reader, writer):
            try:
                await self._answer_one(reader, writer)
            except (Dropped, Rejected):
                raise
            except ValueError:
                _answer(writer, "400 Bad Request")
            except OSError as error:
                text = f"The practice cloud's gateway cannot reach that address: {error}\n"
                _answer(writer, "502 Bad Gateway", text=text)
            except asyncio.IncompleteReadError:
                pass  # The client has closed the connection.

    async def _answer_one(self, reader: StreamReader, writer: StreamWriter) -> None:
        async with asyncio.timeout(_HEAD_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
        user, secret = _credentials(head)
        if hmac.compare_digest(secret.encode(), self._password_of(learner_of(user)).encode()):
            await self._forward(head, user, reader, writer)
        else:
            _answer(writer, "407 Proxy Authentication Required", 'Proxy-Authenticate: Basic realm="practice cloud"')

    async def _forward(self, head: bytes, user: str, reader: StreamReader, writer: StreamWriter) -> None:
        upstream = urlsplit(upstream_of(user))
        first, *headers = head.rstrip(b"\r\n").split(b"\r\n")
        method, uri, version = first.decode("ascii").split(" ")
        kept = [line for line in headers if not line.lower().startswith((b"proxy-", b"connection:"))]
        url = urlsplit(f"//{uri}" if method == "CONNECT" else uri)
        host, port = url.hostname or "", url.port or 80
        target = await self._open_guest(host, port, learner_of(user))
        if not target and upstream.hostname:
            target = await _open_proxy(upstream)
            kept += _login(upstream.username, upstream.password)
            target[1].write(b"\r\n".join([first, *kept, b"Connection: close", b"", b""]))
        elif method == "CONNECT":
            target = target or await _open(host, port)
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            target = target or await _open(host, port)
            path = (url.path or "/") + (f"?{url.query}" if url.query else "")
            request = f"{method} {path} {version}".encode()
            target[1].write(b"\r\n".join([request, *kept, b"Connection: close", b"", b""]))
        await relay((reader, writer), target)


async def relay(client: Streams, target: Streams) -> None:
    """Copy data in both directions until the target has closed its side."""
    upwards = asyncio.create_task(_copy(client[0], target[1]))
    try:
        await _copy(target[0], client[1])
    finally:
        upwards.cancel()
        target[1].close()


async def _copy(reader: StreamReader, writer: StreamWriter) -> None:
    with suppress(OSError):  # Either side may end in the middle, where no answer of ours belongs.
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()


async def _open(host: str, port: int, tls: bool = False) -> Streams:
    async with asyncio.timeout(_CONNECT_SECONDS):
        return await asyncio.open_connection(host, port, ssl=tls or None)


async def _open_proxy(url: SplitResult) -> Streams:
    if url.scheme not in ("http", "https"):
        raise OSError(f"it cannot use a proxy of the kind {url.scheme}")
    tls = url.scheme == "https"
    return await _open(url.hostname or "", url.port or (443 if tls else 80), tls)


def _credentials(head: bytes) -> tuple[str, str]:
    """Return the user name and the password in the head of a request, or empty strings."""
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"proxy-authorization":
            user, _, secret = base64.b64decode(value.strip().removeprefix(b"Basic ")).decode().partition(":")
            return user, secret
    return "", ""


def _login(user: str | None, password: str | None) -> list[bytes]:
    if not user:
        return []
    login = base64.b64encode(f"{unquote(user)}:{unquote(password or '')}".encode())
    return [b"Proxy-Authorization: Basic " + login]


def _answer(writer: StreamWriter, status: str, header: str = "X-From: the gateway", text: str = "") -> None:
    body = text.encode()
    lines = [
        f"HTTP/1.1 {status}",
        header,
        "Content-Type: text/plain",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode() + body)

"""How a connection fails: it is dropped, and the client waits, or it is rejected with a TCP reset."""

import asyncio
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

# How long a dropped connection stays unanswered, unless the client gives up first.
DROP_SECONDS = 120
_CHUNK = 65536


class Rejected(OSError):
    """The server is up, but nothing listens on that port."""


class Dropped(OSError):
    """Nothing answers."""


@asynccontextmanager
async def emulate_tcp_failure(reader: StreamReader, writer: StreamWriter) -> AsyncIterator[None]:
    """Fail a client's connection as TCP would if it is dropped or rejected; close it in any case."""
    try:
        yield
    except Dropped:
        await _stay_silent(reader)
    except Rejected:
        _reset(writer)
    finally:
        writer.close()


async def _stay_silent(reader: StreamReader) -> None:
    """Read and ignore what the client sends until it gives up."""
    with suppress(OSError):
        async with asyncio.timeout(DROP_SECONDS):
            while await reader.read(_CHUNK):
                pass


def _reset(writer: StreamWriter) -> None:
    """End a connection as a machine does if nothing listens on the port."""
    no_linger = struct.pack("ii", 1, 0)
    with suppress(OSError):  # The client may have gone already.
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_linger)
    writer.transport.abort()

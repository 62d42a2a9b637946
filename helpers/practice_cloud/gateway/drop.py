"""What a client hears where nobody lets it in: nothing; and where nothing listens: that it is refused."""

import asyncio
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

# How long a connection stays unanswered that nobody lets in, if the client does not give up before.
DROP_SECONDS = 120
_CHUNK = 65536


class Rejected(OSError):
    """Whoever is asked for answers, but nothing listens at that port."""


class Dropped(OSError):
    """Nobody answers."""


@asynccontextmanager
async def emulate_tcp_failure(reader: StreamReader, writer: StreamWriter) -> AsyncIterator[None]:
    """Let a client hear nothing, or be refused, where that is how a server answers; then the connection ends."""
    try:
        yield
    except Dropped:
        await _say_nothing(reader)
    except Rejected:
        _reset(writer)
    finally:
        writer.close()


async def _say_nothing(reader: StreamReader) -> None:
    """Wait until the client gives up; then there is no more to read."""
    with suppress(OSError):
        async with asyncio.timeout(DROP_SECONDS):
            while await reader.read(_CHUNK):
                pass


def _reset(writer: StreamWriter) -> None:
    """End a connection as a machine does at whose port nothing listens."""
    no_farewell = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_farewell)
    writer.transport.abort()

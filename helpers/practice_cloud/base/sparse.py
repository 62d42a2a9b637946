"""Sparse files: parts that were never written use no disk space, and a copy has the same holes."""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

_CHUNK = 2**20


def copy(source: Path | str, target: Path | str) -> None:
    """Copy a file and its mode; holes and pieces of zeros become holes.

    A guest that is writing to the file finishes first (see guest/volume_bytes.py).
    """
    with open(source, "rb") as old, open(target, "wb") as new:
        fcntl.flock(old, fcntl.LOCK_SH)
        for offset, piece in _data(old):
            new.seek(offset)
            write(new, [piece])
        new.truncate(os.fstat(old.fileno()).st_size)
    shutil.copymode(source, target)


def write(file: IO[bytes], pieces: Iterable[bytes]) -> None:
    """Write one piece after the other; a piece of zeros becomes a hole."""
    for piece in pieces:
        if piece == bytes(len(piece)):
            file.seek(len(piece), os.SEEK_CUR)
        else:
            file.write(piece)


def end_of_data(file: IO[bytes]) -> int:
    """Return the offset after which the file has only zeros."""
    return max((offset + len(piece.rstrip(b"\0")) for offset, piece in _data(file)), default=0)


def _data(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the data between the holes in pieces, each with its offset."""
    end = 0
    while True:
        try:
            begin = os.lseek(file.fileno(), end, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:  # Only a hole follows.
                return
            raise
        end = os.lseek(file.fileno(), begin, os.SEEK_HOLE)
        for offset in range(begin, end, _CHUNK):
            yield offset, os.pread(file.fileno(), min(_CHUNK, end - offset), offset)

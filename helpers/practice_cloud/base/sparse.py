"""Files with holes: what was never written costs no disk, and a copy has the same holes."""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

_CHUNK = 2**20


def copy(source: Path | str, target: Path | str) -> None:
    """Copy a file and who may read it, and leave holes where it has holes or nothing but zeros.

    A guest that is writing to it finishes first (see guest/volume.py).
    """
    with open(source, "rb") as old, open(target, "wb") as new:
        fcntl.flock(old, fcntl.LOCK_SH)
        for offset, piece in _data(old):
            new.seek(offset)
            write(new, [piece])
        new.truncate(os.fstat(old.fileno()).st_size)
    shutil.copymode(source, target)


def write(file: IO[bytes], pieces: Iterable[bytes]) -> None:
    """Write one piece after the other, and leave holes instead of those that are nothing but zeros."""
    for piece in pieces:
        if piece == bytes(len(piece)):
            file.seek(len(piece), os.SEEK_CUR)
        else:
            file.write(piece)


def end_of_data(file: IO[bytes]) -> int:
    """Return where nothing but zeros follows."""
    return max((offset + len(piece.rstrip(b"\0")) for offset, piece in _data(file)), default=0)


def _data(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Read what is not a hole, piece by piece, each with its offset."""
    end = 0
    while True:
        try:
            begin = os.lseek(file.fileno(), end, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:  # From there on, there is only a hole.
                return
            raise
        end = os.lseek(file.fileno(), begin, os.SEEK_HOLE)
        for offset in range(begin, end, _CHUNK):
            yield offset, os.pread(file.fileno(), min(_CHUNK, end - offset), offset)

"""The bytes of a volume: they begin with the guest's text, which ends with a zero byte."""

import fcntl
from pathlib import Path

from ..base.json_store import write_private
from .filetree import LOCK

_CHUNK = 2**16


def read(volume: Path) -> str:
    """Return the text on a volume, or an empty string if the volume has other contents."""
    with LOCK:
        if (left := _new(volume)).exists():
            # Its writer was killed before it had finished; no other writer can be at work.
            write(volume, left.read_text())
        with volume.open("rb") as file:
            text = file.read(_CHUNK)
            if not text.startswith(b"{"):
                return ""
            while b"\0" not in text and (chunk := file.read(_CHUNK)):
                text += chunk
    return text.partition(b"\0")[0].decode()


def write(volume: Path, text: str) -> None:
    """Replace the text on a volume; an interrupted write is completed by the next read.

    Cinder and Nova copy volumes in their own processes, where a copy waits for a write (see base/sparse.py).
    """
    with LOCK:
        write_private(_new(volume), text)
        with volume.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(text.encode() + b"\0")
        _new(volume).unlink()


def _new(volume: Path) -> Path:
    return volume.with_suffix(".writing")

"""What a guest keeps on a volume: a text at the beginning of its bytes, which ends with a zero."""

import fcntl
from pathlib import Path

from ..base.json_store import write_private
from .filetree import LOCK

_CHUNK = 2**16


def read(volume: Path) -> str:
    """Return the text that is on a volume; where something else is on it, that is nothing."""
    with LOCK:
        if (left := _new(volume)).exists():
            # Its writer was ended before it had finished: no other one is at work.
            write(volume, left.read_text())
        with volume.open("rb") as file:
            text = file.read(_CHUNK)
            if not text.startswith(b"{"):
                return ""
            while b"\0" not in text and (chunk := file.read(_CHUNK)):
                text += chunk
    return text.partition(b"\0")[0].decode()


def write(volume: Path, text: str) -> None:
    """Put a text on a volume in place of the one of before; whoever is interrupted goes on at the next look.

    Who copies the volume meanwhile, which Cinder and Nova do in their own processes, waits (see base/sparse.py).
    """
    with LOCK:
        write_private(_new(volume), text)
        with volume.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(text.encode() + b"\0")
        _new(volume).unlink()


def _new(volume: Path) -> Path:
    return volume.with_suffix(".writing")

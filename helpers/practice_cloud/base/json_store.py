"""Small JSON files in the cloud's folder, which one process writes and others read."""

import json
import tempfile
from pathlib import Path
from typing import Any

from .home import Home


def load(home: Home, name: str) -> dict[str, Any]:
    """Return the value saved under a name, or an empty dictionary.

    A damaged file counts as missing. The values that the state depends on have a second copy in the pristine state.
    """
    for folder in (home.root, home.pristine):
        try:
            if isinstance(value := json.loads((folder / f"{name}.json").read_text()), dict) and value:
                return value
        except (OSError, ValueError):
            continue
    return {}


def save(home: Home, name: str, value: dict[str, Any]) -> None:
    """Save a value under a name."""
    write_private(home.root / f"{name}.json", json.dumps(value, indent=1))


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read; a reader sees the old text or the new one, never half of it.

    Each writer has a temporary file of its own, which tempfile makes for its owner only.
    """
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(text)
            file.flush()
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

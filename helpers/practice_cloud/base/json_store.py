"""Small facts about a practice cloud that one process writes and others read."""

import json
import tempfile
from pathlib import Path
from typing import Any

from .home import Home


def recall(home: Home, name: str) -> dict[str, Any]:
    """Return what is remembered under a name, which is nothing at first.

    A file that is damaged counts as none. What the state depends on has a copy beside the pristine state.
    """
    for folder in (home.root, home.pristine):
        try:
            if isinstance(value := json.loads((folder / f"{name}.json").read_text()), dict) and value:
                return value
        except (OSError, ValueError):
            continue
    return {}


def remember(home: Home, name: str, value: dict[str, Any]) -> None:
    """Keep a value under a name, for whoever recalls it in another process."""
    write(home.root / f"{name}.json", json.dumps(value, indent=1))


def write(path: Path, text: str) -> None:
    """Write a file for its owner only; a reader sees the old text or a new one, never half of it.

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

"""Checkpoints: save the state of a practice cloud under a name, and load it later."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from ..base import json_store, sparse
from ..base.errors import PracticeCloudError
from ..base.home import Home
from ..base.json_store import write_private
from ..state.fingerprint import changed_inputs
from .control import stopped


def save(home: Home, name: str, report: Callable[[str], None]) -> None:
    """Copy the state of the stopped cloud into a folder of that name."""
    if not json_store.load(home, "built"):
        raise PracticeCloudError("The practice cloud does not exist yet. Start it first.")
    folder = _folder(home, name)
    with home.changing(), stopped(home, report):
        for private in (home.checkpoints, folder):
            private.mkdir(mode=0o700, exist_ok=True)
        _replace(folder / "state", home.state)
        shutil.copy(home.root / "built.json", folder)


def load(home: Home, name: str, report: Callable[[str], None]) -> None:
    """Replace the state of the stopped cloud by a checkpoint."""
    if not (folder := _folder(home, name)).joinpath("built.json").is_file():
        names = ", ".join(sorted(path.parent.name for path in home.checkpoints.glob("*/built.json"))) or "none"
        raise PracticeCloudError(f"There is no checkpoint {name!r}. Checkpoints: {names}.")
    if differs := changed_inputs(json_store.load(home, "built"), json.loads((folder / "built.json").read_text())):
        raise PracticeCloudError(f"The checkpoint {name!r} is of another practice cloud: {differs} changed.")
    with home.changing(), stopped(home, report):
        _replace(home.state, folder / "state")
        # ssh knows the host keys of other servers.
        write_private(home.known_hosts, "")


def _folder(home: Home, name: str) -> Path:
    if not re.fullmatch(r"[\w-]+", name):
        raise PracticeCloudError(f"A checkpoint's name has only letters, digits, - and _, unlike {name!r}.")
    return home.checkpoints / name


def _replace(target: Path, source: Path) -> None:
    """Make one folder a copy of another; the old folder stays until the copy is complete."""
    new = target.with_name(f"{target.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(source, new, copy_function=sparse.copy)
    shutil.rmtree(target, ignore_errors=True)
    new.rename(target)

"""Keep the state of a practice cloud under a name, and go on from there another time."""

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


def save(name: str, report: Callable[[str], None] = lambda message: None) -> None:
    """Keep a copy of all that is on the cloud; a copy of the same name is replaced.

    Args:
        name: Letters, digits, - and _.
        report: Is called with what is going on, whenever that changes.

    Raises:
        PracticeCloudError: There is no cloud yet, or the name has other characters.
    """
    home = Home()
    if not json_store.load(home, "built"):
        raise PracticeCloudError("There is no practice cloud to save yet. Start it first.")
    folder = _folder(home, name)
    with home.changing(), stopped(home, report):
        for private in (home.checkpoints, folder):
            private.mkdir(mode=0o700, exist_ok=True)
        _replace(folder / "state", home.state)
        shutil.copy(home.root / "built.json", folder)


def load(name: str, report: Callable[[str], None] = lambda message: None) -> None:
    """Go on from a state that was saved; what is on the cloud now is lost, unless it was saved, too.

    Args:
        name: As it was saved.
        report: Is called with what is going on, whenever that changes.

    Raises:
        PracticeCloudError: Nothing of that name was saved, or it was saved with other versions or another catalog.
    """
    home = Home()
    if not (folder := _folder(home, name)).joinpath("built.json").is_file():
        names = ", ".join(sorted(path.parent.name for path in home.checkpoints.glob("*/built.json"))) or "nothing"
        raise PracticeCloudError(f"Nothing was saved as {name!r}. What there is: {names}.")
    if differs := changed_inputs(json_store.load(home, "built"), json.loads((folder / "built.json").read_text())):
        raise PracticeCloudError(f"{name!r} was saved on another practice cloud: {differs} is not the same.")
    with home.changing(), stopped(home, report):
        _replace(home.state, folder / "state")
        # The servers that ssh knows are others.
        write_private(home.known_hosts, "")


def _folder(home: Home, name: str) -> Path:
    if not re.fullmatch(r"[\w-]+", name):
        raise PracticeCloudError(f"A name is made of letters, digits, - and _; {name!r} is not.")
    return home.checkpoints / name


def _replace(target: Path, source: Path) -> None:
    """Make one folder a copy of another; whoever interrupts it finds the old one or the new one."""
    new = target.with_name(f"{target.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(source, new, copy_function=sparse.copy)
    shutil.rmtree(target, ignore_errors=True)
    new.rename(target)

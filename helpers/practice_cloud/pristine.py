"""Keep a copy of a freshly built cloud, and put it back."""

import shutil

from . import sqlite
from .home import Home


def save(home: Home) -> None:
    """Copy databases and images of a running cloud aside."""
    _copy(home.state, home.pristine)


def restore(home: Home) -> None:
    """Put databases and images back as they were when the cloud was built, even while it runs."""
    _copy(home.pristine, home.state)


def _copy(source, target) -> None:
    target.mkdir(mode=0o700, exist_ok=True)
    for database in source.glob("*.db"):
        sqlite.copy(database, target / database.name)
    shutil.copytree(source / "images", target / "images", dirs_exist_ok=True)
    for image in (target / "images").iterdir():
        if not (source / "images" / image.name).exists():
            image.unlink()

"""The state of a practice cloud as files: copied aside, checked at a start, and put back at a reset."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from ..base.errors import PracticeCloudError
from ..base.home import Home
from ..services import SERVICES

# What is copied as it is: the keys that Keystone encrypts with, and the hypervisor's identity; what services keep, such
# as images. The servers' guests are none, in a new cloud.
_KEYS = ("fernet", "credential", "nova")
_OTHERS = ("guests", *(folder for service in SERVICES.values() for folder in service.folders))


def verify(home: Home) -> None:
    """Look whether the databases are whole.

    Raises:
        PracticeCloudError: One is damaged or gone; the message names it and the way out.
    """
    if damaged := _damaged(home, home.state):
        raise PracticeCloudError(
            f"The practice cloud's file {damaged} is damaged. The command `practice-cloud reset` puts everything back "
            "to how it was at first."
        )


def save(home: Home) -> None:
    """Copy the state of a new cloud aside, while its services use it."""
    shutil.rmtree(home.pristine, ignore_errors=True)
    home.pristine.mkdir(mode=0o700)
    for path in home.state.glob("*.db"):
        _overwrite(home.pristine / path.name, path)
    _copy_folders(home.state, home.pristine, _KEYS + _OTHERS)
    for name in ("built", "secrets"):
        shutil.copy(home.root / f"{name}.json", home.pristine)


def restore_online(home: Home) -> None:
    """Make the state that of a new cloud, while its services use it.

    Their files must not be replaced: SQLite would apply one file's journal to another.

    Raises:
        sqlite3.DatabaseError: A database is damaged.
    """
    for path in home.pristine.glob("*.db"):
        _overwrite(home.state / path.name, path)
    _copy_folders(home.pristine, home.state, _OTHERS)


def restore_offline(home: Home) -> None:
    """Replace the state by that of a new cloud. None of its services may run."""
    shutil.rmtree(home.state, ignore_errors=True)
    home.state.mkdir(mode=0o700)
    for path in home.pristine.glob("*.db"):
        shutil.copy(path, home.state)
    _copy_folders(home.pristine, home.state, _KEYS + _OTHERS)


def verify_pristine(home: Home) -> None:
    """Look whether there is something whole to put back.

    Raises:
        PracticeCloudError: There is not; the message tells how to begin anew.
    """
    if damaged := _damaged(home, home.pristine):
        raise PracticeCloudError(
            f"The copy of the new cloud is damaged, too ({damaged}). "
            f"Delete the folder {home.root}, and start a new cloud."
        )


def set_endpoints(state: Path, urls: dict[str, str]) -> None:
    """Tell Keystone's catalog where the APIs are now: ports can change between two starts."""
    query = "UPDATE endpoint SET url = ? WHERE service_id IN (SELECT id FROM service WHERE type = ?)"
    with closing(sqlite3.connect(state / "keystone.db", timeout=60)) as database, database:
        database.executemany(query, [(urls[name], service.type) for name, service in SERVICES.items() if name in urls])


def archive(home: Home) -> None:
    """Keep a state that is to be built anew, instead of the one that was kept the last time."""
    shutil.rmtree(home.previous, ignore_errors=True)
    home.previous.mkdir(mode=0o700)
    for part in (home.root / "built.json", home.state, home.pristine):
        if part.exists():
            part.rename(home.previous / part.name)


def _damaged(home: Home, folder: Path) -> Path | None:
    """Return the first database that is not whole; each that is in the state or its copy has to be in the folder."""
    names = {path.name for place in (home.state, home.pristine) for path in place.glob("*.db")} | {"keystone.db"}
    return next((folder / name for name in sorted(names) if not _is_whole(folder / name)), None)


def _is_whole(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=60)) as database:
            tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            return tables > 0 and database.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    except sqlite3.OperationalError as error:
        # The file may be whole; it cannot be read here, on a read-only disk for example.
        raise OSError(f"{path}: {error}") from None
    except sqlite3.DatabaseError:
        return False


def _overwrite(target: Path, source: Path) -> None:
    """Give one database the contents of another, even while both are in use."""
    target.touch(mode=0o600)
    with closing(sqlite3.connect(source, timeout=60)) as old, closing(sqlite3.connect(target, timeout=60)) as new:
        old.backup(new)


def _copy_folders(source: Path, target: Path, names: tuple[str, ...]) -> None:
    for name in names:
        shutil.rmtree(target / name, ignore_errors=True)
        shutil.copytree(source / name, target / name)

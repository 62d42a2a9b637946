"""The state as files: a copy is saved after the build, checked at each start and restored by a reset."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from ..base.errors import PracticeCloudError
from ..base.home import Home
from ..services import SERVICES
from ..services.keystone import RESTORED

# These folders are copied as they are: Keystone's encryption keys and the hypervisor's identity; the services' files,
# such as images. A new cloud has no guests.
_KEYS = ("fernet", "credential", "nova")
_OTHERS = ("guests", *(folder for service in SERVICES.values() for folder in service.folders))


def verify(home: Home) -> None:
    """Check that the databases are whole.

    Raises:
        PracticeCloudError: A database is damaged or missing; the message names it and the remedy.
    """
    if damaged := _damaged(home, home.state):
        raise PracticeCloudError(
            f"The practice cloud's file {damaged} is damaged. The command `practice-cloud reset` restores the cloud "
            "to its state after the build."
        )


def save(home: Home) -> None:
    """Save a copy of a new cloud's state while the services use it."""
    shutil.rmtree(home.pristine, ignore_errors=True)
    home.pristine.mkdir(mode=0o700)
    for path in home.state.glob("*.db"):
        _overwrite(home.pristine / path.name, path)
    _copy_folders(home.state, home.pristine, _KEYS + _OTHERS)
    for name in ("built", "secrets"):
        shutil.copy(home.root / f"{name}.json", home.pristine)


def restore_online(home: Home) -> None:
    """Restore the pristine state while the services use the databases.

    Their files must not be replaced: SQLite would apply one file's journal to another.

    Raises:
        sqlite3.DatabaseError: A database is damaged.
    """
    for path in home.pristine.glob("*.db"):
        _overwrite(home.state / path.name, path)
    (home.state / RESTORED).touch(mode=0o600)
    home.learners_file.unlink(missing_ok=True)
    _copy_folders(home.pristine, home.state, _OTHERS)


def restore_offline(home: Home) -> None:
    """Restore the pristine state of a stopped cloud."""
    shutil.rmtree(home.state, ignore_errors=True)
    home.state.mkdir(mode=0o700)
    for path in home.pristine.glob("*.db"):
        shutil.copy(path, home.state)
    _copy_folders(home.pristine, home.state, _KEYS + _OTHERS)


def verify_pristine(home: Home) -> None:
    """Check that the pristine state is whole.

    Raises:
        PracticeCloudError: It is not; the message says how to start again with a new cloud.
    """
    if damaged := _damaged(home, home.pristine):
        raise PracticeCloudError(
            f"The copy that a reset restores is damaged, too ({damaged}). "
            f"Delete the folder {home.root}, and start a new cloud."
        )


def set_endpoints(state: Path, urls: dict[str, str]) -> None:
    """Write the URLs of the APIs into Keystone's catalog: ports can change between two starts."""
    query = "UPDATE endpoint SET url = ? WHERE service_id IN (SELECT id FROM service WHERE type = ?)"
    with closing(sqlite3.connect(state / "keystone.db", timeout=60)) as database, database:
        database.executemany(query, [(urls[name], service.type) for name, service in SERVICES.items() if name in urls])


def archive(home: Home) -> None:
    """Move the state to the folder for the previous one, and delete what was there."""
    shutil.rmtree(home.previous, ignore_errors=True)
    home.previous.mkdir(mode=0o700)
    for part in (home.root / "built.json", home.state, home.pristine):
        if part.exists():
            part.rename(home.previous / part.name)


def _damaged(home: Home, folder: Path) -> Path | None:
    """Return the first damaged or missing database; a folder must have all databases of the state and of its copy."""
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
        # The file may be whole but unreadable, for example on a read-only disk.
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

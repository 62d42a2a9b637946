"""The folder of a practice cloud."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fasteners
import platformdirs

from .errors import PracticeCloudError

PACKAGE = Path(__file__).parent.parent


class Home:
    """The folder of one practice cloud.

    The services run in this folder, and their configuration uses relative paths: blanks, %, # and ? in a path mean
    different things in the URLs of databases, in those of images, and in the tools that read them.

    Args:
        root: The folder; by default $PRACTICE_CLOUD_HOME, or a folder in the platform's user data folder.

    Raises:
        PracticeCloudError: The user has no home directory, and PRACTICE_CLOUD_HOME is not set.
    """

    def __init__(self, root: Path | str | None = None) -> None:
        try:
            chosen = root or os.environ.get("PRACTICE_CLOUD_HOME") or platformdirs.user_data_path("practice-cloud")
            self.root = Path(chosen).expanduser().absolute()
        except RuntimeError:
            raise PracticeCloudError("You have no home directory. Set PRACTICE_CLOUD_HOME to a folder.") from None
        self.etc = self.root / "etc"
        self.state = self.root / "state"
        self.pristine = self.root / "pristine"
        # On disk, these three keep the names that the previous edition gave them.
        self.previous = self.root / "before"
        self.checkpoints = self.root / "saved"
        self.clients = self.root / "users"
        self.logs = self.root / "logs"
        self.supervisor_log = self.logs / "supervisor.log"
        self.learners_file = self.state / "learners.json"
        self.clouds_yaml = self.root / "clouds.yaml"
        self.known_hosts = self.root / "known_hosts"
        self.lock_file = self.root / "lock"
        self.changes_file = self.root / "changes"
        own_catalog = self.root / "catalog.yaml"
        self.catalog_file = own_catalog if own_catalog.exists() else PACKAGE / "catalog.yaml"

    def create(self) -> None:
        """Create the folders and files that only the owner may read."""
        for folder in (self.root, self.etc, self.clients, self.logs):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # ssh would create known_hosts so that others can read it.
        for file in (self.lock_file, self.changes_file, self.supervisor_log, self.known_hosts):
            file.touch(mode=0o600)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the lock for operations on the whole state: reset, save and load."""
        self.create()
        with fasteners.InterProcessLock(self.changes_file):
            yield

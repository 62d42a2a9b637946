"""The disk of a guest: files in memory, kept as one text in a file of the host's or on a volume."""

import json
import posixpath
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

# However large the disk of the flavor is: nobody fills the disk of the machine that the practice cloud runs on.
CAPACITY = 4 * 2**20
# A session has it while it reads files, or reads, changes and writes them. One for all guests: a volume
# may be attached to several of them.
LOCK = threading.RLock()


class DiskError(Exception):
    """Something cannot be read or written; the message is what the operating system of a real server would say."""


@dataclass
class File:
    """A file on the disk of a guest; bytes that are no UTF-8 are surrogates in its content."""

    content: str
    mode: int = 0o644
    owner: str = "root:root"
    changed: float = field(default_factory=time.time)


class FileTree(dict[str, File]):
    """The files of a guest by their absolute paths. Folders are where files are; an empty one is a path with a slash.

    Args:
        text: What was kept of them the last time.
        keep: Keeps such a text for the next boot.
    """

    def __init__(self, text: str, keep: Callable[[str], None]) -> None:
        super().__init__()
        self._keep = keep
        self.update({path: File(**file) for path, file in json.loads(text or "{}").items()})

    @classmethod
    def of(cls, files: dict[str, File]) -> "FileTree":
        """Return a disk with files that is kept nowhere."""
        disk = cls("", lambda text: None)
        disk.update(files)
        return disk

    def read(self, path: str, user: str = "root") -> str:
        """Return what is in a file, if a user may read it; raise DiskError otherwise."""
        if path not in self:
            raise DiskError("Is a directory" if self.is_folder(path) else "No such file or directory")
        if user not in ("root", self[path].owner.split(":")[0]) and not self[path].mode & 0o004:
            raise DiskError("Permission denied")
        return self[path].content

    def write(self, path: str, content: str, mode: int, owner: str) -> None:
        """Make a file or write over it, where there is room for it; raise DiskError otherwise."""
        if self.is_folder(path):
            raise DiskError("Is a directory")
        if any(path.startswith(f"{file}/") for file in self):
            raise DiskError("Not a directory")
        if self.used() + len(content) > CAPACITY:
            raise DiskError("No space left on device")
        self[path] = File(content, mode, owner)

    def listdir(self, folder: str) -> list[str]:
        """Return what is in a folder; in one that does not exist there is nothing."""
        folder = folder.rstrip("/") + "/"
        return sorted({path[len(folder) :].split("/")[0] for path in self if path.startswith(folder)} - {""})

    def is_folder(self, path: str) -> bool:
        """Tell whether there is such a folder."""
        return path == "/" or f"{path}/" in self or bool(self.listdir(path))

    def used(self) -> int:
        """Return how much is in its files."""
        return sum(len(file.content) for file in self.values())

    def save(self) -> None:
        """Keep the files for the next boot."""
        self._keep(json.dumps({path: asdict(file) for path, file in self.items()}, indent=1))


def absolute(path: str, folder: str = "/") -> str:
    """Return a path without dots and double slashes; a relative one begins in the folder."""
    return "/" + posixpath.normpath(posixpath.join(folder, path)).lstrip("/")

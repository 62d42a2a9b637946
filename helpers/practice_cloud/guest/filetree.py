"""The files of a guest: kept in memory, and saved as one text in a file of the host or on a volume."""

import json
import posixpath
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

# In characters, whatever disk the flavor has: no guest can fill the disk of the machine that the cloud runs on.
CAPACITY = 4 * 2**20
# Held while files are read, or read, changed and written. All guests share one, because a volume may be attached to
# several of them.
LOCK = threading.RLock()


class DiskError(Exception):
    """A file cannot be read or written; the message is the one of a real operating system."""


@dataclass
class File:
    """A file of a guest; in its content, bytes that are not UTF-8 are surrogates."""

    content: str
    mode: int = 0o644
    owner: str = "root:root"
    changed: float = field(default_factory=time.time)


class FileTree(dict[str, File]):
    """The files of a guest by absolute path; the path of an empty folder ends with a slash.

    Args:
        text: The text that was saved last, or an empty string.
        keep: Saves such a text for the next boot.
    """

    def __init__(self, text: str, keep: Callable[[str], None]) -> None:
        super().__init__()
        self._keep = keep
        self.update({path: File(**file) for path, file in json.loads(text or "{}").items()})

    @classmethod
    def of(cls, files: dict[str, File]) -> "FileTree":
        """Return a tree with files that is never saved."""
        disk = cls("", lambda text: None)
        disk.update(files)
        return disk

    def read(self, path: str, user: str = "root") -> str:
        """Return the content of a file; raise DiskError if it is missing or if the user may not read it."""
        if path not in self:
            raise DiskError("Is a directory" if self.is_folder(path) else "No such file or directory")
        if user not in ("root", self[path].owner.split(":")[0]) and not self[path].mode & 0o004:
            raise DiskError("Permission denied")
        return self[path].content

    def write(self, path: str, content: str, mode: int, owner: str) -> None:
        """Create or overwrite a file; raise DiskError if its path is wrong or if the disk is full."""
        if self.is_folder(path):
            raise DiskError("Is a directory")
        if any(path.startswith(f"{file}/") for file in self):
            raise DiskError("Not a directory")
        if self.used() + len(content) > CAPACITY:
            raise DiskError("No space left on device")
        self[path] = File(content, mode, owner)

    def listdir(self, folder: str) -> list[str]:
        """Return the names in a folder; a missing folder has none."""
        folder = folder.rstrip("/") + "/"
        return sorted({path[len(folder) :].split("/")[0] for path in self if path.startswith(folder)} - {""})

    def is_folder(self, path: str) -> bool:
        """Tell whether a path is a folder."""
        return path == "/" or f"{path}/" in self or bool(self.listdir(path))

    def used(self) -> int:
        """Return the size of all files in characters."""
        return sum(len(file.content) for file in self.values())

    def save(self) -> None:
        """Save the files for the next boot."""
        self._keep(json.dumps({path: asdict(file) for path, file in self.items()}, indent=1))


def absolute(path: str, folder: str = "/") -> str:
    """Return an absolute path without `.`, `..` and double slashes; a relative one begins in the folder."""
    return "/" + posixpath.normpath(posixpath.join(folder, path)).lstrip("/")

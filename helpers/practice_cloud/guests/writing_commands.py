"""The commands that write files and make folders."""

import posixpath
from collections.abc import Sequence
from getopt import gnu_getopt

from . import mounts
from .disk import Disk, DiskError, File
from .file_commands import CommandError, place_of, read
from .system import System


def cp(system: System, user: str, arguments: Sequence[str]) -> str:
    """Copy a file."""
    paths = gnu_getopt(arguments, "")[1]
    if len(paths) != 2:
        raise CommandError("usage: cp FILE TARGET")
    content, files = read(system, user, "cp", paths[0]), mounts.files(system)
    source, target = (place_of(system, user, path) for path in paths)
    target = posixpath.join(target, posixpath.basename(source)) if files.is_folder(target) else target
    before = files.get(target, File("", files[source].mode, f"{user}:{user}"))
    _put(system, user, f"cp: cannot create regular file '{paths[1]}'", files, target, before, content)
    return ""


def mkdir(system: System, user: str, arguments: Sequence[str]) -> str:
    """Make folders."""
    options, paths = gnu_getopt(arguments, "p")
    for path in paths:
        place, files, complaint = (
            place_of(system, user, path),
            mounts.files(system),
            f"mkdir: cannot create directory '{path}'",
        )
        if files.is_folder(place) and options:
            continue
        if place in files or files.is_folder(place):
            raise CommandError(f"{complaint}: File exists")
        _put(system, user, complaint, files, f"{place}/", File("", 0o755, f"{user}:{user}"), "")
    return ""


def touch(system: System, user: str, arguments: Sequence[str]) -> str:
    """Make empty files where there are none."""
    for path in arguments:
        place, files = place_of(system, user, path), mounts.files(system)
        if place not in files and not files.is_folder(place):
            empty = File("", 0o644, f"{user}:{user}")
            _put(system, user, f"touch: cannot touch '{path}'", files, place, empty, "")
    return ""


def _put(system: System, user: str, complaint: str, files: Disk, path: str, before: File, content: str) -> None:
    """Write a file, or a folder, on the disk on which it is, if the user may."""
    own = path in files and files[path].owner.split(":")[0] == user
    try:
        if not files.is_folder(posixpath.dirname(path.rstrip("/"))):
            raise DiskError("No such file or directory")
        if not own and user != "root" and not path.startswith((f"{system.home(user)}/", "/tmp/")):
            raise DiskError("Permission denied")
        disk, place = mounts.disk_of(system, path)
        disk.write(place, content, before.mode, before.owner)
        disk.save()
    except DiskError as error:
        raise CommandError(f"{complaint}: {error}") from error

"""The commands that read and write files."""

import posixpath
import re
import stat
import time
from collections.abc import Sequence
from getopt import gnu_getopt

from .. import mounts
from ..cloud_init import LOG
from ..filetree import DiskError, File, FileTree, absolute
from ..system import System


class CommandError(Exception):
    """A command failed; the exception has its message, its exit code and its output so far."""

    def __init__(self, message: str, code: int = 1, output: str = "") -> None:
        super().__init__(message)
        self.code, self.output = code, output


def ls(system: System, user: str, arguments: Sequence[str]) -> str:
    """List files."""
    options, paths = gnu_getopt(arguments, "la")
    disk, lines = mounts.files(system), []
    for path in paths or ["~"]:
        folder = resolve(system, user, path)
        names = [name for name in disk.listdir(folder) if ("-a", "") in options or not name.startswith(".")]
        if folder in disk:
            folder, names = posixpath.dirname(folder), [posixpath.basename(folder)]
        elif not disk.is_folder(folder):
            raise CommandError(f"ls: cannot access '{path}': No such file or directory", 2)
        files = {name: disk.get(posixpath.join(folder, name)) for name in names}
        lines += [_describe(name, file) if ("-l", "") in options else name for name, file in files.items()]
    return "".join(f"{line}\n" for line in lines)


def cat(system: System, user: str, arguments: Sequence[str]) -> str:
    """Show files."""
    return "".join(read(system, user, "cat", path) for path in gnu_getopt(arguments, "")[1])


def grep(system: System, user: str, arguments: Sequence[str]) -> str:
    """Show or count the lines of a file that match a pattern."""
    options, words = gnu_getopt(arguments, "cE")
    if len(words) != 2:
        raise CommandError("usage: grep [-c] [-E] PATTERN FILE", 2)
    # Without -E, these characters stand for themselves.
    pattern = words[0] if ("-E", "") in options else re.sub(r"([+?|(){}])", r"\\\1", words[0])
    try:
        found = [line for line in read(system, user, "grep", words[1]).splitlines() if re.search(pattern, line)]
    except re.error as error:
        raise CommandError(f"grep: {error}", 2) from error
    output = f"{len(found)}\n" if ("-c", "") in options else "".join(f"{line}\n" for line in found)
    if not found:
        raise CommandError("", 1, output)
    return output


def cloud_init(system: System, user: str, arguments: Sequence[str]) -> str:
    """Show the status of cloud-init; exit with 2 if there were warnings, as the real one does."""
    options, words = gnu_getopt(arguments, "", ["wait", "long"])
    if words != ["status"]:
        raise CommandError("usage: cloud-init status [--wait] [--long]", 2)
    warnings = [f"  - {line}\n" for line in system.disk.read(LOG).splitlines() if line.startswith("WARNING")]
    details = f"extended_status: {'degraded ' * bool(warnings)}done\nrecoverable_errors:\n{''.join(warnings)}"
    output = "status: done\n" + details * (("--long", "") in options)
    if warnings:
        raise CommandError("", 2, output)
    return output


def cp(system: System, user: str, arguments: Sequence[str]) -> str:
    """Copy a file."""
    paths = gnu_getopt(arguments, "")[1]
    if len(paths) != 2:
        raise CommandError("usage: cp FILE TARGET")
    content, files = read(system, user, "cp", paths[0]), mounts.files(system)
    source, target = (resolve(system, user, path) for path in paths)
    target = posixpath.join(target, posixpath.basename(source)) if files.is_folder(target) else target
    before = files.get(target, File("", files[source].mode, f"{user}:{user}"))
    _write(system, user, f"cp: cannot create regular file '{paths[1]}'", files, target, before, content)
    return ""


def mkdir(system: System, user: str, arguments: Sequence[str]) -> str:
    """Make folders."""
    options, paths = gnu_getopt(arguments, "p")
    for path in paths:
        place, files, complaint = (
            resolve(system, user, path),
            mounts.files(system),
            f"mkdir: cannot create directory '{path}'",
        )
        if files.is_folder(place) and options:
            continue
        if place in files or files.is_folder(place):
            raise CommandError(f"{complaint}: File exists")
        _write(system, user, complaint, files, f"{place}/", File("", 0o755, f"{user}:{user}"), "")
    return ""


def touch(system: System, user: str, arguments: Sequence[str]) -> str:
    """Create empty files; leave existing ones alone."""
    for path in arguments:
        place, files = resolve(system, user, path), mounts.files(system)
        if place not in files and not files.is_folder(place):
            empty = File("", 0o644, f"{user}:{user}")
            _write(system, user, f"touch: cannot touch '{path}'", files, place, empty, "")
    return ""


def resolve(system: System, user: str, path: str) -> str:
    """Return the absolute path of a file; a relative path begins in the user's home."""
    home = system.home(user)
    return absolute(home + path[1:] if path == "~" or path.startswith("~/") else path, home)


def read(system: System, user: str, command: str, path: str) -> str:
    """Return a file's content, or fail as the command would."""
    try:
        return mounts.files(system).read(resolve(system, user, path), user)
    except DiskError as error:
        raise CommandError(f"{command}: {path}: {error}", 2 if command == "grep" else 1) from error


def _describe(name: str, file: File | None) -> str:
    """Describe a file, or a folder, as ls -l does."""
    file = file or File("", stat.S_IFDIR | 0o755)
    owner, _, group = file.owner.partition(":")
    kind = 0 if stat.S_ISDIR(file.mode) else stat.S_IFREG
    changed = time.strftime("%b %d %H:%M", time.gmtime(file.changed))
    return f"{stat.filemode(kind | file.mode)} {owner:8} {group or 'root':8} {len(file.content):>7} {changed} {name}"


def _write(system: System, user: str, complaint: str, files: FileTree, path: str, before: File, content: str) -> None:
    """Write a file or a folder to the disk that its path is on, if the user may."""
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

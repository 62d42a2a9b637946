"""The mounts of a guest, which show the files of volumes at their mount points."""

from functools import partial
from pathlib import Path
from typing import Any

from ..base import ROOT_DEVICE
from . import volume_bytes
from .filetree import LOCK, File, FileTree
from .system import System

# Each line has an attached volume and its mount point. The file is on the disk because the guests' process may restart.
TABLE = "/run/mounts"


def attached(system: System) -> dict[str, dict[str, Any]]:
    """Return the attached volumes by device, except the one that the guest boots from."""
    volumes = {known["device"]: known for known in system.machine.get("volumes", [])}
    return {name: known for name, known in sorted(volumes.items()) if _is_there(name, known)}


def mounted(system: System) -> dict[str, dict[str, Any]]:
    """Return the mounted volumes by mount point; a detached volume loses its mount for good."""
    volumes = {_plugged_in(known): known for known in attached(system).values()}
    lines = system.disk[TABLE].content.splitlines() if TABLE in system.disk else []
    places = {place: known for known, _, place in (line.partition(" ") for line in lines)}
    found = {place: volumes[known] for place, known in sorted(places.items()) if known in volumes}
    if len(found) < len(places):
        remember(system, found)
    return found


def remember(system: System, places: dict[str, dict[str, Any]]) -> None:
    """Save the mounts until the next boot."""
    lines = [f"{_plugged_in(known)} {place}\n" for place, known in places.items()]
    system.disk[TABLE] = File("".join(lines), 0o600)
    system.disk.save()


def filesystem(known: dict[str, Any]) -> FileTree | None:
    """Return the files on a volume, or None if it has no filesystem."""
    place = Path(known["path"])
    try:
        text = volume_bytes.read(place)
        return FileTree(text, partial(volume_bytes.write, place)) if text else None
    except (ValueError, TypeError):
        return None


def make_filesystem(known: dict[str, Any]) -> None:
    """Put an empty filesystem on a volume, which erases its contents."""
    disk = FileTree("", partial(volume_bytes.write, Path(known["path"])))
    disk["/lost+found/"] = File("", 0o700)
    disk.save()


def files(system: System) -> FileTree:
    """Return all files by the paths that a user sees; to write one, ask for its disk."""
    with LOCK:
        seen = FileTree.of({**system.disk, "/proc/partitions": File(_partitions(system), 0o444)})
        for place, known in mounted(system).items():
            others = {path: file for path, file in seen.items() if not path.startswith(f"{place}/")}
            below = {place + path: file for path, file in (filesystem(known) or {}).items()}
            seen = FileTree.of({**others, f"{place}/": File(""), **below})
        return seen


def mount_point(system: System, path: str) -> str:
    """Return the folder at which the disk of a path is mounted."""
    places = [place for place in mounted(system) if f"{path}/".startswith(f"{place}/")]
    return max(places, key=len, default="/")


def disk_of(system: System, path: str) -> tuple[FileTree, str]:
    """Return the disk that a path is on, and the path on that disk."""
    place = mount_point(system, path)
    known = mounted(system).get(place)
    disk = filesystem(known) if known else None
    return (system.disk, path) if disk is None else (disk, path.removeprefix(place) or "/")


def _partitions(system: System) -> str:
    """Return the kernel's list of the disks, with sizes in KiB; no disk has partitions."""
    disks = enumerate(system.machine["disks"].items())
    rows = [f" 253 {16 * number:8} {size * 2**20:10} {name}\n" for number, (name, size) in disks]
    return "".join(["major minor  #blocks  name\n\n", *rows])


def _plugged_in(known: dict[str, Any]) -> str:
    return f"{known['id']}@{known.get('plugged_in', 'boot')}"


def _is_there(device: str, known: dict[str, Any]) -> bool:
    return device != ROOT_DEVICE and Path(known["path"]).exists()

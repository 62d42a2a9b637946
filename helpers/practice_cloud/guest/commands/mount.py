"""The commands that mount volumes and unmount them."""

from collections.abc import Sequence

from ...base import ROOT_DEVICE
from .. import mounts
from ..system import System
from .files import CommandError, resolve

_NOT_ROOT, _FAILURE = 1, 32


def mount(system: System, user: str, arguments: Sequence[str]) -> str:
    """Mount a volume, or list the mounted disks."""
    places = mounts.mounted(system)
    if not arguments:
        known = {"/": ROOT_DEVICE} | {place: volume["device"] for place, volume in places.items()}
        return "".join(f"{device} on {place} type ext4 (rw,relatime)\n" for place, device in known.items())
    if len(arguments) != 2:
        raise CommandError("usage: mount DEVICE FOLDER")
    device, place = arguments[0], resolve(system, user, arguments[1])
    if reason := _mount_error(system, user, device, place):
        raise CommandError(f"mount: {arguments[1]}: {reason}", _NOT_ROOT if user != "root" else _FAILURE)
    mounts.remember(system, {**places, place: mounts.attached(system)[device]})
    return ""


def umount(system: System, user: str, arguments: Sequence[str]) -> str:
    """Unmount a volume, named by its device or its mount point."""
    if len(arguments) != 1:
        raise CommandError("usage: umount DEVICE|FOLDER")
    name, places = arguments[0], mounts.mounted(system)
    place = next((place for place, known in places.items() if known["device"] == name), resolve(system, user, name))
    if user != "root":
        raise CommandError(f"umount: {name}: must be superuser to unmount.", _FAILURE)
    if place == "/" or name == ROOT_DEVICE or any(other.startswith(f"{place}/") for other in places):
        raise CommandError(f"umount: {name}: target is busy.", _FAILURE)
    if place not in places:
        raise CommandError(f"umount: {name}: not mounted.", _FAILURE)
    mounts.remember(system, {other: known for other, known in places.items() if other != place})
    return ""


def _mount_error(system: System, user: str, device: str, place: str) -> str:
    """Return why a device cannot be mounted, in the words of the real mount, or an empty string."""
    places, known, files = mounts.mounted(system), mounts.attached(system).get(device), mounts.files(system)
    of_devices = {ROOT_DEVICE: "/"} | {volume["device"]: other for other, volume in places.items()}
    checks = {
        "must be superuser to use mount.": user != "root",
        "mount point does not exist.": not files.is_folder(place) and place not in files,
        "mount point is not a directory.": place in files,
        f"{device} already mounted on {of_devices.get(device)}.": device in of_devices,
        f"special device {device} does not exist.": not known,
        f"{device} already mounted or mount point busy.": place in places or place == "/",
        f"wrong fs type, bad option, bad superblock on {device}, missing codepage or helper program, or other error.": (
            not known or mounts.filesystem(known) is None
        ),
    }
    return next((reason for reason, is_so in checks.items() if is_so), "")

"""The commands about disks: what there is, what is on it, and where it is mounted."""

from collections.abc import Iterator, Sequence
from getopt import gnu_getopt
from typing import Any

from . import mounts
from .file_commands import CommandError, place_of
from .system import System

_ROOT, _MOUNT_FAILURE = "/dev/vda", 32
# The columns of lsblk; older ones call the last of them MOUNTPOINT.
_WIDTHS = {"NAME": "4", "SIZE": ">5", "TYPE": "4", "FSTYPE": "6", "MOUNTPOINTS": "", "MOUNTPOINT": ""}
# How much 100 % is, and the units of df -h.
_ALL, _UNITS = 100, "KMGT"


def lsblk(system: System, user: str, arguments: Sequence[str]) -> str:
    """List the disks."""
    given, devices = gnu_getopt(arguments, "fno:")
    options = dict(given)
    columns = options.get("-o", "NAME,FSTYPE,MOUNTPOINTS" if "-f" in options else "NAME,SIZE,TYPE,MOUNTPOINTS").split(
        ","
    )
    if unknown := set(columns) - _WIDTHS.keys():
        raise CommandError(f"lsblk: unknown column: {','.join(sorted(unknown))}")
    known = {f"/dev/{name}": size for name, size in system.machine["disks"].items()}
    if missing := [device for device in devices if device not in known]:
        raise CommandError(f"lsblk: {missing[0]}: not a block device", _MOUNT_FAILURE)
    rows = [_describe(system, device, known[device]) for device in known if device in (devices or known)]
    lines = ([] if "-n" in options else [{column: column for column in columns}]) + rows
    return "".join(" ".join(f"{line[c]:{_WIDTHS[c]}}" for c in columns).rstrip() + "\n" for line in lines)


def df(system: System, user: str, arguments: Sequence[str]) -> str:
    """Show how full the disks are that are mounted."""
    options, _ = gnu_getopt(arguments, "h")
    lines = [("Filesystem", "Size" if options else "1K-blocks", "Used", "Avail", "Use%", "Mounted on")]
    for device, size, used, place in _usage(system):
        show = _short if options else str
        lines.append((device, show(size), show(used), show(max(0, size - used)), f"{-(-_ALL * used // size)}%", place))
    rows = [f"{a:11} {b:>10} {c:>10} {d:>10} {e:>4} {f}" for a, b, c, d, e, f in lines]
    return "".join(f"{row}\n" for row in rows)


def mkfs(system: System, user: str, arguments: Sequence[str]) -> str:
    """Make a filesystem on a volume, but only with -F where there is one: here, nothing asks back."""
    options, devices = gnu_getopt(arguments, "F")
    if len(devices) != 1:
        raise CommandError("usage: mkfs.ext4 [-F] DEVICE")
    (device,) = devices
    known = mounts.attached(system).get(device)
    if device == _ROOT or (known and known in mounts.mounted(system).values()):
        raise CommandError(f"{device} is mounted; will not make a filesystem here!")
    if not known:
        raise CommandError(f"The file {device} does not exist and no size was specified.")
    if user != "root":
        raise CommandError(f"mkfs.ext4: Permission denied while trying to determine filesystem size of {device}")
    if mounts.filesystem(known) is not None and not options:
        raise CommandError(f"{device} contains an ext4 file system. To lose all that is on it: mkfs.ext4 -F {device}")
    mounts.make_filesystem(known)
    return f"Creating filesystem with {known['size_gib'] * 2**18} 4k blocks\nWriting superblocks: done\n"


def mount(system: System, user: str, arguments: Sequence[str]) -> str:
    """Mount a volume, or list what is mounted."""
    places = mounts.mounted(system)
    if not arguments:
        known = {"/": _ROOT} | {place: volume["device"] for place, volume in places.items()}
        return "".join(f"{device} on {place} type ext4 (rw,relatime)\n" for place, device in known.items())
    if len(arguments) != 2:
        raise CommandError("usage: mount DEVICE FOLDER")
    device, place = arguments[0], place_of(system, user, arguments[1])
    if reason := _why_not(system, user, device, place):
        raise CommandError(f"mount: {arguments[1]}: {reason}", 1 if user != "root" else _MOUNT_FAILURE)
    mounts.remember(system, {**places, place: mounts.attached(system)[device]})
    return ""


def umount(system: System, user: str, arguments: Sequence[str]) -> str:
    """Unmount a volume, named by its device or its mount point."""
    if len(arguments) != 1:
        raise CommandError("usage: umount DEVICE|FOLDER")
    name, places = arguments[0], mounts.mounted(system)
    place = next((place for place, known in places.items() if known["device"] == name), place_of(system, user, name))
    if user != "root":
        raise CommandError(f"umount: {name}: must be superuser to unmount.", _MOUNT_FAILURE)
    if place == "/" or name == _ROOT or any(other.startswith(f"{place}/") for other in places):
        raise CommandError(f"umount: {name}: target is busy.", _MOUNT_FAILURE)
    if place not in places:
        raise CommandError(f"umount: {name}: not mounted.", _MOUNT_FAILURE)
    mounts.remember(system, {other: known for other, known in places.items() if other != place})
    return ""


def _why_not(system: System, user: str, device: str, place: str) -> str:
    """Say what is wrong with an order to mount a device, in the words of the real mount."""
    places, known, files = mounts.mounted(system), mounts.attached(system).get(device), mounts.files(system)
    of_devices = {_ROOT: "/"} | {volume["device"]: other for other, volume in places.items()}
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


def _describe(system: System, device: str, size: int) -> dict[str, str]:
    """Return what lsblk tells of a disk, by its columns."""
    places = {known["device"]: place for place, known in mounts.mounted(system).items()} | {_ROOT: "/"}
    known = mounts.attached(system).get(device)
    formatted = device == _ROOT or (known and mounts.filesystem(known) is not None)
    described = {"NAME": device.removeprefix("/dev/"), "SIZE": f"{size}G", "TYPE": "disk"}
    described |= dict.fromkeys(("MOUNTPOINTS", "MOUNTPOINT"), places.get(device, ""))
    return described | {"FSTYPE": "ext4" if formatted else ""}


def _usage(system: System) -> Iterator[tuple[str, int, int, str]]:
    """Yield of each mounted disk its device, its size and what is used of it, in KiB, and its mount point."""
    yield _ROOT, system.machine["disks"]["vda"] * 2**20, -(-system.disk.used() // 2**10), "/"
    for place, known in mounts.mounted(system).items():
        disk: Any = mounts.filesystem(known) or {}
        yield known["device"], known["size_gib"] * 2**20, -(-disk.used() // 2**10), place


def _short(kib: int) -> str:
    """Return a size as df -h does, without fractions."""
    unit = 0
    while kib >= 2**10:
        kib, unit = kib // 2**10, unit + 1
    return f"{kib}{_UNITS[unit]}"

"""The commands that list disks, show their usage and make filesystems."""

from collections.abc import Iterator, Sequence
from getopt import gnu_getopt

from ...base import ROOT_DEVICE
from .. import mounts
from ..system import System
from .files import CommandError, resolve

_NO_DEVICE = 32
# The columns of lsblk and their widths; older versions call the last one MOUNTPOINT.
_WIDTHS = {"NAME": "4", "SIZE": ">5", "TYPE": "4", "FSTYPE": "6", "MOUNTPOINTS": "", "MOUNTPOINT": ""}
# How much 100 % is, and the units of df -h.
_ALL, _UNITS = 100, "KMGT"


def lsblk(system: System, user: str, arguments: Sequence[str]) -> str:
    """List the disks."""
    # A list (-l) of disks alone (-d, --nodeps) is the only output anyway, because there are no partitions.
    given, devices = gnu_getopt(arguments, "bdflno:", ["nodeps"])
    options = dict(given)
    widths = _WIDTHS | ({"SIZE": ">13"} if "-b" in options else {})
    usual = "NAME,FSTYPE,MOUNTPOINTS" if "-f" in options else "NAME,SIZE,TYPE,MOUNTPOINTS"
    columns = options.get("-o", usual).split(",")
    if unknown := set(columns) - _WIDTHS.keys():
        raise CommandError(f"lsblk: unknown column: {','.join(sorted(unknown))}")
    known = {f"/dev/{name}": size for name, size in system.machine["disks"].items()}
    if missing := [device for device in devices if device not in known]:
        raise CommandError(f"lsblk: {missing[0]}: not a block device", _NO_DEVICE)
    show = _bytes if "-b" in options else "{}G".format
    rows = [_describe(system, device, show(known[device])) for device in known if device in (devices or known)]
    lines = ([] if "-n" in options else [{column: column for column in columns}]) + rows
    return "".join(" ".join(f"{line[c]:{widths[c]}}" for c in columns).rstrip() + "\n" for line in lines)


def df(system: System, user: str, arguments: Sequence[str]) -> str:
    """Show the usage of the mounted disks."""
    options, paths = gnu_getopt(arguments, "h")
    show = _short if options else str
    size, free = ("Size", "Avail") if options else ("1K-blocks", "Available")
    rows = [("Filesystem", size, "Used", free, "Use%", "Mounted on")]
    places = {mounts.mount_point(system, resolve(system, user, path)) for path in paths}
    for device, size, used, place in _usage(system):
        if place in places or not paths:
            use = f"{-(-_ALL * used // max(1, size))}%"
            rows.append((device, show(size), show(used), show(max(0, size - used)), use, place))
    return "".join(f"{a:11} {b:>10} {c:>10} {d:>10} {e:>4} {f}\n" for a, b, c, d, e, f in rows)


def mkfs(system: System, user: str, arguments: Sequence[str]) -> str:
    """Make a filesystem on a volume; replace an existing one only with -F, because nothing here can ask back."""
    options, devices = gnu_getopt(arguments, "F")
    if len(devices) != 1:
        raise CommandError("usage: mkfs.ext4 [-F] DEVICE")
    (device,) = devices
    known = mounts.attached(system).get(device)
    if device == ROOT_DEVICE or (known and known in mounts.mounted(system).values()):
        raise CommandError(f"{device} is mounted; will not make a filesystem here!")
    if not known:
        raise CommandError(f"The file {device} does not exist and no size was specified.")
    if user != "root":
        raise CommandError(f"mkfs.ext4: Permission denied while trying to determine filesystem size of {device}")
    if mounts.filesystem(known) is not None and not options:
        raise CommandError(f"{device} contains an ext4 file system. To erase it: mkfs.ext4 -F {device}")
    mounts.make_filesystem(known)
    return f"Creating filesystem with {known['size_gib'] * 2**18} 4k blocks\nWriting superblocks: done\n"


def _describe(system: System, device: str, size: str) -> dict[str, str]:
    """Return a disk's row of lsblk, by column."""
    places = {known["device"]: place for place, known in mounts.mounted(system).items()} | {ROOT_DEVICE: "/"}
    known = mounts.attached(system).get(device)
    formatted = device == ROOT_DEVICE or (known and mounts.filesystem(known) is not None)
    described = {"NAME": device.removeprefix("/dev/"), "SIZE": size, "TYPE": "disk"}
    described |= dict.fromkeys(("MOUNTPOINTS", "MOUNTPOINT"), places.get(device, ""))
    return described | {"FSTYPE": "ext4" if formatted else ""}


def _usage(system: System) -> Iterator[tuple[str, int, int, str]]:
    """Yield the device, size in KiB, usage in KiB and mount point of each mounted disk."""
    yield ROOT_DEVICE, system.machine["disks"]["vda"] * 2**20, -(-system.disk.used() // 2**10), "/"
    for place, known in mounts.mounted(system).items():
        disk = mounts.filesystem(known)
        yield known["device"], known["size_gib"] * 2**20, -(-disk.used() // 2**10) if disk else 0, place


def _bytes(gib: int) -> str:
    """Format a size as lsblk -b does."""
    return str(gib * 2**30)


def _short(kib: int) -> str:
    """Format a size as df -h does, without fractions."""
    unit = 0
    while kib >= 2**10:
        kib, unit = kib // 2**10, unit + 1
    return f"{kib}{_UNITS[unit]}"

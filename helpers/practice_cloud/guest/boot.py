"""How a guest boots."""

import io
from functools import partial
from pathlib import Path

import paramiko
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ..base.json_store import write_private
from . import mounts, volume_bytes
from .cloud_init import CloudInit
from .filetree import File, FileTree
from .system import System

# The time of the power-on that the guest has booted after. If it is the same, only the guests' process restarted.
_POWERED_ON = "/run/powered-on"


def boot(system: System, seconds: float) -> None:
    """Read the disk, run cloud-init and write to the console; take the given seconds from power-on."""
    machine, system.disk = system.machine, _disk(system)
    powered_on = File(str(machine["powered_on"]))
    if _POWERED_ON in system.disk and system.disk[_POWERED_ON].content == powered_on.content:
        return
    system.disk.pop(mounts.TABLE, None)
    disks = ", ".join(f"{name} {size}" for name, size in machine["disks"].items())
    system.write_console(system.text("console", hostname=None, disks=disks))
    CloudInit(system).run()
    processors = "\n".join(system.text("processor", number=number) for number in range(machine["vcpus"]))
    system.disk["/proc/cpuinfo"] = File(processors, 0o444)
    system.disk["/proc/meminfo"] = File(system.text("memory", kib=machine["memory_mib"] * 1024), 0o444)
    key = host_key(system)
    words = {"bits": key.get_bits(), "fingerprint": key.fingerprint, "kind": key.algorithm_name}
    system.write_console(system.text("host_key", public=f"{key.get_name()} {key.get_base64()}", **words))
    system.sleep(seconds - system.uptime)
    system.disk[_POWERED_ON] = powered_on
    system.disk.save()
    system.write_console(system.text("login"))


def _disk(system: System) -> FileTree:
    """Return the files of the volume that the guest boots from, or those of its server's own disk."""
    if root := system.machine["root"]:
        return FileTree(volume_bytes.read(Path(root)), partial(volume_bytes.write, Path(root)))
    place = system.folder / "disk.json"
    return FileTree(place.read_text() if place.exists() else "", partial(write_private, place))


def host_key(system: System) -> paramiko.PKey:
    """Return the guest's SSH host key; the first call makes it."""
    place = system.folder / "ssh_host_ed25519_key"
    if not place.exists():
        key = Ed25519PrivateKey.generate()
        write_private(place, key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode())
    return paramiko.Ed25519Key.from_private_key(io.StringIO(place.read_text()))

"""What tests do with a practice cloud, its servers and volumes."""

import json
import os
import runpy
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import openstack
import psutil
from conftest import ROOT, requirements

from helpers import ensure_floating_ip, wait_for_port
from practice_cloud.guest.cloud_init import FINISHED

GIB = 2**30
WANTED = SimpleNamespace(**runpy.run_path(str(ROOT / "notebooks" / "wanted.py")))


def floating_addresses(server) -> list[str]:
    """Return the public addresses that a server shows."""
    entries = [entry for network in server.addresses.values() for entry in network]
    return [entry["addr"] for entry in entries if entry["OS-EXT-IPS:type"] == "floating"]


def active(conn, server):
    """Wait until a server is ACTIVE, oftener than the SDK asks; the last of a crowd waits for minutes."""
    deadline = time.monotonic() + 300
    while server.status == "BUILD" and time.monotonic() < deadline:
        time.sleep(0.2)
        server = conn.get_server(server.id)
    assert server.status == "ACTIVE", server.fault
    return server


def practice_cloud_command(*arguments: str, **options) -> subprocess.CompletedProcess:
    """Run the command line in a process of its own."""
    command = [sys.executable, "-m", "practice_cloud", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)


def wait_until(condition, seconds: float = 60):
    """Wait until something becomes true, and return it."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(0.1)
    return found


def all_gone(processes: list[psutil.Process]) -> bool:
    """Tell whether processes end within ten seconds."""
    _, alive = psutil.wait_procs(processes, timeout=10)
    return not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def created(conn, **wanted):
    """Create a volume, and wait until it is there, oftener than the SDK asks."""
    volume = conn.block_storage.create_volume(**{"name": "data", "size": 1, **wanted})
    return conn.block_storage.wait_for_status(volume, "available", interval=0.2, wait=60)


def path_of(home, volume):
    """Return where the bytes of a volume are."""
    return home / "state" / "volumes" / f"volume-{volume.id}"


def write(home, volume, text: bytes) -> None:
    """Write into the middle of a volume, as its server would."""
    with path_of(home, volume).open("r+b") as file:
        file.seek(GIB // 2)
        file.write(text)


def middle(home, volume, length: int) -> bytes:
    with path_of(home, volume).open("rb") as file:
        file.seek(GIB // 2)
        return file.read(length)


def machine(home, server) -> dict:
    """Return what the guest of a server is told of its hardware."""
    return json.loads((home / "state" / "guests" / server.id / "machine.json").read_text())


def devices(home, server) -> dict[str, int]:
    return {volume["device"]: volume["size_gib"] for volume in machine(home, server)["volumes"]}


def comes_to(conn, server, status: str) -> None:
    """Wait until nothing is being done with a server any more, and it has a status."""
    wait_until(lambda: (found := conn.get_server(server.id)).task_state is None and found.status == status)


def server_from_volume(conn, **wanted):
    """Boot a server of a flavor without a disk from a volume that is made of an image."""
    chosen = requirements(conn) | {"flavor": conn.compute.find_flavor("1C-1GB").id}
    return active(conn, conn.create_server("from-volume", **chosen, boot_from_volume=True, volume_size=2, **wanted))


def files_on(home, volume) -> dict:
    """Return what a guest keeps on a volume."""
    with path_of(home, volume).open("rb") as file:
        text = file.read(2**18).partition(b"\0")[0]
    return json.loads(text) if text.startswith(b"{") else {}


def kill(cloud, name: str) -> None:
    """Kill a service, and wait until another process answers in its place."""
    pid = cloud.status()["services"][name]["pid"]
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: cloud.status()["services"][name]["pid"] not in (pid, None))
    cloud.start()


def reached(conn, server):
    """Give a server an address, and wait until it lets one in."""
    wait_for_port(ensure_floating_ip(conn, server).floating_ip_address, 22)
    return conn.get_server(server.id)


def booted(home, volume, server) -> None:
    """Wait until a server has booted from a volume for the first time."""
    wait_until(lambda: files_on(home, volume).get(FINISHED, {"content": ""})["content"] == server.id)


def a_server_can_be_created() -> bool:
    """Tell whether the cloud does all that it is for."""
    conn = openstack.connect(cloud="practice")
    return bool(active(conn, conn.create_server(name="works", **requirements(conn))))


def sentence(result: subprocess.CompletedProcess) -> str:
    """Return what a command that failed said, which is one line."""
    assert result.returncode == 1, result
    assert result.stderr.startswith("practice-cloud: ")
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr

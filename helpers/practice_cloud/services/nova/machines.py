"""The machines of the hypervisor as files: a folder for each server, with machine.json and the guest's own files.

The gateway's process runs the guests and reads these files (see guest/host.py), so an error in a guest can neither end
nor slow Nova.
"""

# Nova's objects get their fields at run time.
# pyright: reportAttributeAccessIssue=false

import json
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from nova import exception
from nova.context import RequestContext
from nova.image import glance
from nova.objects.instance import Instance

from ...base import ROOT_DEVICE
from ...base.home import Home
from ...base.json_store import write_private
from . import volumes

# The properties of an image that a guest uses.
_ABOUT_THE_IMAGE = ("os_distro", "os_version", "os_admin_user", "image_original_user")
# Nova changes a server in several threads: to read a machine, change it and write it is one step.
_CHANGING = threading.Lock()


def make(context: RequestContext, instance: Instance, attached: list[dict[str, Any]]) -> None:
    """Create a server's machine, or give an existing one the server's current size and volumes."""
    _folder(instance).mkdir(mode=0o700, parents=True, exist_ok=True)
    addresses = [ip["address"] for vif in instance.get_network_info() for ip in vif.fixed_ips()]
    flavor = instance.flavor
    root = next((volume["id"] for volume in attached if volume["device"] == ROOT_DEVICE), None)
    image = volumes.image_of(context, root) if root else _image(context, instance.image_ref)
    base = image["properties"].get("base_image_ref")
    # A snapshot has its own name, and some images name their distribution only in theirs: so keep the original's, too.
    original = _image(context, base) if base else image
    about = {key: image["properties"].get(key) or original["properties"].get(key) for key in _ABOUT_THE_IMAGE}
    about |= {"id": image["id"], "name": image["name"], "original": original["name"]}
    machine = {"uuid": instance.uuid, "project_id": instance.project_id, "image": about, "volumes": attached}
    machine |= {"vcpus": flavor.vcpus, "memory_mib": flavor.memory_mb, "disk_gib": flavor.root_gb}
    machine |= {"address": addresses[0] if addresses else "", "powered_on": None, "paused": False}
    with _CHANGING:
        _write(instance, machine)


def turn_on(instance: Instance, attached: list[dict[str, Any]]) -> None:
    """Turn a machine on, with these volumes; a machine that is on boots again."""
    _change(instance, lambda _: {"powered_on": time.time(), "paused": False, "volumes": attached})


def turn_off(instance: Instance) -> None:
    """Turn a machine off."""
    _change(instance, lambda _: {"powered_on": None})


def pause(instance: Instance, paused: bool) -> None:
    """Pause or unpause a machine."""
    _change(instance, lambda _: {"paused": paused})


def attach(instance: Instance, volume: dict[str, Any]) -> None:
    """Attach a volume, with the time, by which the guest distinguishes it from an earlier attachment."""
    plugged_in = volume | {"plugged_in": time.time()}
    _change(instance, lambda machine: {"volumes": [*_others(machine, volume["id"]), plugged_in]})


def detach(instance: Instance, volume_id: str) -> None:
    """Detach a volume."""
    _change(instance, lambda machine: {"volumes": _others(machine, volume_id)})


def grow(instance: Instance, volume_id: str, size_gib: int) -> None:
    """Tell a machine the new size of a volume."""

    def of_that_size(machine: dict[str, Any]) -> dict[str, Any]:
        grown = [volume | {"size_gib": size_gib} for volume in machine["volumes"] if volume["id"] == volume_id]
        return {"volumes": [*_others(machine, volume_id), *grown]}

    _change(instance, of_that_size)


def remove(instance: Instance) -> None:
    """Delete a machine and its disk."""
    shutil.rmtree(_folder(instance), ignore_errors=True)


def read(instance: Instance, name: str) -> bytes:
    """Return a file in a machine's folder, or nothing if it does not exist."""
    try:
        return (_folder(instance) / name).read_bytes()
    except OSError:
        return b""


def attached_to(instance: Instance) -> list[dict[str, Any]]:
    """Return the volumes that are attached to a machine."""
    return json.loads(read(instance, "machine.json") or "{}").get("volumes", [])


def _folder(instance: Instance) -> Path:
    return Home().state / "guests" / instance.uuid


def _change(instance: Instance, changes: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    # A server that failed early has no machine.
    with _CHANGING, suppress(FileNotFoundError):
        machine = json.loads((_folder(instance) / "machine.json").read_text())
        _write(instance, machine | changes(machine))


def _others(machine: dict[str, Any], volume_id: str) -> list[dict[str, Any]]:
    return [volume for volume in machine["volumes"] if volume["id"] != volume_id]


def _write(instance: Instance, machine: dict[str, Any]) -> None:
    write_private(_folder(instance) / "machine.json", json.dumps(machine, indent=1))


def _image(context: RequestContext, image_id: str) -> dict[str, Any]:
    """Return an image; if it has been deleted, only its ID is known."""
    try:
        return glance.API().get(context, image_id)
    except exception.ImageNotFound:
        return {"id": image_id, "name": image_id, "properties": {}}

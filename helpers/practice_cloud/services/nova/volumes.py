"""Describe a server's volumes for its machine; driver.py attaches them."""

from pathlib import Path
from typing import Any

from nova import exception
from nova.context import RequestContext
from nova.volume import cinder

from ...base import ROOT_DEVICE

_GIB = 2**30


def block_devices(block_device_info: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return the volumes that Nova attaches to a server; the one that it boots from is always the root device."""
    return [
        describe(device["connection_info"], ROOT_DEVICE if device["boot_index"] == 0 else device["mount_device"])
        for device in (block_device_info or {}).get("block_device_mapping", [])
    ]


def describe(connection: dict[str, Any], device: str) -> dict[str, Any]:
    """Return what a guest needs to know about a volume.

    Raises:
        VolumeNotFound: The volume's file is missing; Nova reports that as the server's fault.
    """
    path = Path(connection["data"]["path"])
    if not path.exists():
        raise exception.VolumeNotFound(volume_id=connection["serial"])
    size = path.stat().st_size // _GIB
    return {"device": device, "size_gib": size, "id": connection["serial"], "path": str(path)}


def image_of(context: RequestContext, volume_id: str) -> dict[str, Any]:
    """Return what a volume knows about the image that it was created from; without an image, all fields are empty."""
    known = cinder.API().get(context, volume_id).get("volume_image_metadata", {})
    return {"id": known.get("image_id", ""), "name": known.get("image_name", ""), "properties": known}

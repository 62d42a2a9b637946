"""The virtual hardware of a guest, which Nova's driver describes, and the image that it boots from."""

import json
from pathlib import Path
from typing import Any

import yaml

from ..base import ROOT_DEVICE

_DISTRIBUTIONS = yaml.safe_load(Path(__file__).with_name("distributions.yaml").read_text())


def load(folder: Path) -> dict[str, Any]:
    """Return what machine.json says now (volumes come and go), and what the guest derives from it."""
    machine = json.loads((folder / "machine.json").read_text())
    image, name = machine["image"], machine["image"].get("name") or ""
    original = (image.get("original") or name).lower()
    guessed = next((known for known in _DISTRIBUTIONS if known in original), "linux")
    distribution = (image.get("os_distro") or guessed).lower()
    known = _DISTRIBUTIONS.get(distribution, _DISTRIBUTIONS["linux"])
    version = image.get("os_version") or ""
    volumes = machine.get("volumes", [])
    disks = {"vda": machine["disk_gib"]}
    disks |= {volume["device"].removeprefix("/dev/"): volume["size_gib"] for volume in volumes}
    return machine | {
        "root": next((volume["path"] for volume in volumes if volume["device"] == ROOT_DEVICE), None),
        "user": image.get("os_admin_user") or image.get("image_original_user") or known["user"],
        "distribution": distribution,
        "system": f"{known['name']} {version}".strip() if distribution in _DISTRIBUTIONS and version else name,
        "release": {"NAME": known["name"], "ID": distribution} | ({"VERSION_ID": version} if version else {}),
        "disks": disks,
    }

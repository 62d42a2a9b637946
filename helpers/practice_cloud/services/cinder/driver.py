"""Cinder's driver, the storage for volumes: a volume, or a snapshot of one, is a sparse file in the cloud's folder.

Cinder decides which requests are allowed, and this driver does the work. Nova's driver gets the path of a volume's file
from initialize_connection().
"""

import fcntl
import mmap
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from cinder.volume import driver

from ...base import sparse
from ...base.catalog import load_catalog
from ...base.home import Home

_GIB, _MIB = 2**30, 2**20


class PracticeVolumes(driver.VolumeDriver):
    """Storage with the capacity in the catalog, which really copies bytes."""

    VERSION = "1.0.0"

    def check_for_setup_error(self) -> None:
        """Check nothing: the build makes the folder."""

    def get_volume_stats(self, refresh: bool = False) -> dict[str, Any]:
        """Report the capacity in GiB to the scheduler; holes count as used, as in volumes that are not thin."""
        name = self.configuration.volume_backend_name
        total = load_catalog(Home())["volumes"]["gib"]
        used = sum(map(_size, _folder().iterdir())) // _GIB
        room = {"total_capacity_gb": total, "free_capacity_gb": total - used, "allocated_capacity_gb": used}
        about = {"vendor_name": "import-openstack", "driver_version": self.VERSION, "storage_protocol": "file"}
        return {"volume_backend_name": name, **about, **room, "multiattach": True}

    def create_volume(self, volume: Any) -> None:
        """Create an empty volume."""
        with _file(volume).open("xb") as file:
            file.truncate(volume.size * _GIB)

    def create_cloned_volume(self, volume: Any, src_vref: Any) -> None:
        """Create a volume with the contents of another one."""
        _make(volume, lambda path: sparse.copy(_file(src_vref), path))

    def create_volume_from_snapshot(self, volume: Any, snapshot: Any) -> None:
        """Create a volume with the contents of a snapshot."""
        self.create_cloned_volume(volume, snapshot)

    def clone_image(
        self, context: Any, volume: Any, image_location: Any, image_meta: dict[str, Any], image_service: Any
    ) -> tuple[dict[str, Any], bool]:
        """Create a volume from an image, without Cinder's detour through a temporary file and qemu-img."""
        self.copy_image_to_volume(context, volume, image_service, image_meta["id"])
        return {}, True

    def copy_image_to_volume(
        self, context: Any, volume: Any, image_service: Any, image_id: str, disable_sparse: bool = False
    ) -> None:
        """Copy an image to a volume."""

        def download(path: Path) -> None:
            with path.open("wb") as file:
                sparse.write(file, image_service.download(context, image_id))

        _make(volume, download)

    def copy_volume_to_image(self, context: Any, volume: Any, image_service: Any, image_meta: dict[str, Any]) -> None:
        """Upload a volume as an image, without the part at its end that was never written."""
        # Whatever format the user wants: nothing here converts to qcow2, and Glance checks the format.
        kind = {"disk_format": "raw", "container_format": "bare"}
        image_service.update(context, image_meta["id"], kind, purge_props=False)
        with _file(volume).open("rb") as file:
            # A guest that is writing to it finishes first.
            fcntl.flock(file, fcntl.LOCK_SH)
            size = max(1, -(-sparse.end_of_data(file) // _MIB)) * _MIB
            with mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) as data:
                image_service.update(context, image_meta["id"], {}, data, purge_props=False)

    def create_snapshot(self, snapshot: Any) -> None:
        """Copy the contents of a volume to a snapshot."""
        sparse.copy(_file(snapshot.volume), _file(snapshot))

    def revert_to_snapshot(self, context: Any, volume: Any, snapshot: Any) -> None:
        """Restore the contents of a volume from a snapshot."""
        _make(volume, lambda path: sparse.copy(_file(snapshot), path))

    def delete_volume(self, volume: Any) -> None:
        """Delete a volume and its contents."""
        _file(volume).unlink(missing_ok=True)

    def delete_snapshot(self, snapshot: Any) -> None:
        """Delete a snapshot."""
        _file(snapshot).unlink(missing_ok=True)

    def extend_volume(self, volume: Any, new_size: int) -> None:
        """Make a volume larger; the size is in GiB."""
        with _file(volume).open("r+b") as file:
            file.truncate(new_size * _GIB)

    def retype(self, context: Any, volume: Any, new_type: Any, diff: Any, host: Any) -> tuple[bool, None]:
        """Accept another volume type: the volumes of all types are files in the same folder."""
        return True, None

    def initialize_connection(self, volume: Any, connector: Any, **_: Any) -> dict[str, Any]:
        """Return the path of a volume's file for Nova's driver."""
        # Nova keeps the path, so it must hold when the cloud's folder is moved: the services run in that folder.
        path = _file(volume).relative_to(Home().root)
        return {"driver_volume_type": "file", "data": {"path": str(path)}}

    def _nothing_to_do(self, *_: Any, **__: Any) -> None:
        """Do nothing: a file needs no export."""

    ensure_export = create_export = remove_export = _nothing_to_do
    create_export_snapshot = remove_export_snapshot = terminate_connection = _nothing_to_do


def _folder() -> Path:
    return Home().state / "volumes"


def _file(resource: Any) -> Path:
    """Return the path of a volume's or snapshot's file."""
    return _folder() / resource.name


def _size(path: Path) -> int:
    # Another request may delete it at any time.
    with suppress(FileNotFoundError):
        return path.stat().st_size
    return 0


def _make(volume: Any, fill: Callable[[Path], None]) -> None:
    """Fill a new file for a volume and give it the volume's size; an interruption leaves the old file."""
    new = _file(volume).with_suffix(".new")
    fill(new)
    with new.open("r+b") as file:
        file.truncate(volume.size * _GIB)
    new.replace(_file(volume))

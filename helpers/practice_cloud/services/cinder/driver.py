"""The practice cloud's storage: a volume, or a snapshot of one, is a file with holes in the cloud's folder.

Cinder decides who may have what; this does the work. Nova's driver finds a volume's file by what
initialize_connection() returns.
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
    """Storage of the size given in the catalog, which really copies bytes."""

    VERSION = "1.0.0"

    def check_for_setup_error(self) -> None:
        """There is nothing that could be missing: the build makes the folder."""

    def get_volume_stats(self, refresh: bool = False) -> dict[str, Any]:
        """Tell the scheduler how much room there is; holes count, as they do where a volume is not thin."""
        name = self.configuration.volume_backend_name
        total = load_catalog(Home())["volumes"]["gib"]
        used = sum(map(_size, _folder().iterdir())) // _GIB
        room = {"total_capacity_gb": total, "free_capacity_gb": total - used, "allocated_capacity_gb": used}
        about = {"vendor_name": "import-openstack", "driver_version": self.VERSION, "storage_protocol": "file"}
        return {"volume_backend_name": name, **about, **room, "multiattach": True}

    def create_volume(self, volume: Any) -> None:
        """Make a volume without anything on it."""
        with _file(volume).open("xb") as file:
            file.truncate(volume.size * _GIB)

    def create_cloned_volume(self, volume: Any, src_vref: Any) -> None:
        """Make a volume with what is on another one."""
        _make(volume, lambda path: sparse.copy(_file(src_vref), path))

    def create_volume_from_snapshot(self, volume: Any, snapshot: Any) -> None:
        """Make a volume with what was on another one when a snapshot was taken."""
        self.create_cloned_volume(volume, snapshot)

    def clone_image(
        self, context: Any, volume: Any, image_location: Any, image_meta: dict[str, Any], image_service: Any
    ) -> tuple[dict[str, Any], bool]:
        """Make a volume with what is in an image, without Cinder's detour over a temporary file and qemu-img."""
        self.copy_image_to_volume(context, volume, image_service, image_meta["id"])
        return {}, True

    def copy_image_to_volume(
        self, context: Any, volume: Any, image_service: Any, image_id: str, disable_sparse: bool = False
    ) -> None:
        """Put what is in an image on a volume."""

        def download(path: Path) -> None:
            with path.open("wb") as file:
                sparse.write(file, image_service.download(context, image_id))

        _make(volume, download)

    def copy_volume_to_image(self, context: Any, volume: Any, image_service: Any, image_meta: dict[str, Any]) -> None:
        """Upload a volume, but for what was never written at its end."""
        # Whatever was asked for: nothing here makes qcow2 of it, and Glance looks.
        kind = {"disk_format": "raw", "container_format": "bare"}
        image_service.update(context, image_meta["id"], kind, purge_props=False)
        with _file(volume).open("rb") as file:
            # A guest that is writing to it finishes first.
            fcntl.flock(file, fcntl.LOCK_SH)
            size = max(1, -(-sparse.end_of_data(file) // _MIB)) * _MIB
            with mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) as data:
                image_service.update(context, image_meta["id"], {}, data, purge_props=False)

    def create_snapshot(self, snapshot: Any) -> None:
        """Keep what is on a volume at this moment."""
        sparse.copy(_file(snapshot.volume), _file(snapshot))

    def revert_to_snapshot(self, context: Any, volume: Any, snapshot: Any) -> None:
        """Put on a volume what was on it when a snapshot was taken."""
        _make(volume, lambda path: sparse.copy(_file(snapshot), path))

    def delete_volume(self, volume: Any) -> None:
        """Delete a volume and all that is on it."""
        _file(volume).unlink(missing_ok=True)

    def delete_snapshot(self, snapshot: Any) -> None:
        """Delete what was kept of a volume."""
        _file(snapshot).unlink(missing_ok=True)

    def extend_volume(self, volume: Any, new_size: int) -> None:
        """Make a volume larger."""
        with _file(volume).open("r+b") as file:
            file.truncate(new_size * _GIB)

    def retype(self, context: Any, volume: Any, new_type: Any, diff: Any, host: Any) -> tuple[bool, None]:
        """Give a volume another type: all of them are files in the same place."""
        return True, None

    def initialize_connection(self, volume: Any, connector: Any, **_: Any) -> dict[str, Any]:
        """Tell Nova's driver where a volume's file is."""
        # Nova keeps the path, so it must hold when the cloud\'s folder is moved: the services run in that folder.
        path = _file(volume).relative_to(Home().root)
        return {"driver_volume_type": "file", "data": {"path": str(path)}}

    def _nothing_to_do(self, *_: Any, **__: Any) -> None:
        """A file need not be made known to those who use it."""

    ensure_export = create_export = remove_export = _nothing_to_do
    create_export_snapshot = remove_export_snapshot = terminate_connection = _nothing_to_do


def _folder() -> Path:
    return Home().state / "volumes"


def _file(resource: Any) -> Path:
    """Return where the bytes of a volume or a snapshot are."""
    return _folder() / resource.name


def _size(path: Path) -> int:
    # Others delete meanwhile.
    with suppress(FileNotFoundError):
        return path.stat().st_size
    return 0


def _make(volume: Any, fill: Callable[[Path], None]) -> None:
    """Make a volume's file of the right size; whoever is interrupted leaves what there was."""
    new = _file(volume).with_suffix(".new")
    fill(new)
    with new.open("r+b") as file:
        file.truncate(volume.size * _GIB)
    new.replace(_file(volume))

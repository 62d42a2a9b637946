"""Nova's driver, the practice cloud's hypervisor: it turns guests on and off, attaches volumes and keeps disks.

Nova has a driver for its own tests, which keeps servers in memory only. This one also has a size, recognises its
servers after a restart, unplugs the ports of servers that are off, and finishes snapshots.
"""

# Nova's objects get their fields at run time.
# pyright: reportAttributeAccessIssue=false

import io
import os
import time
from collections.abc import Callable
from typing import Any, Never

from nova import exception
from nova.compute import vm_states
from nova.context import RequestContext, get_admin_context
from nova.image import glance
from nova.network import neutron
from nova.objects.fields import InstanceTaskState
from nova.objects.flavor import Flavor
from nova.objects.image_meta import ImageMeta
from nova.objects.instance import Instance, InstanceList
from nova.virt import fake
from nova.virt.virtapi import VirtAPI

from ...base import ROOT_DEVICE, sparse
from ...base.catalog import load_catalog
from ...base.home import Home
from ..neutron import UNPLUGGED
from . import machines, tags, volumes

_COMES_BACK = (
    InstanceTaskState.SHELVING,
    InstanceTaskState.SHELVING_OFFLOADING,
    InstanceTaskState.RESIZE_REVERTING,
)
# A client that polls every second sees a state only if it lasts that long.
_REBOOT_SECONDS = 1


class PracticeDriver(fake.FakeDriverWithoutFakeNodes):
    """A hypervisor with the size in the catalog, whose servers outlive its process."""

    def __init__(self, virtapi: VirtAPI, read_only: bool = False) -> None:
        size = load_catalog(Home())["hypervisor"]
        self.vcpus, self.memory_mb, self.local_gb = size["vcpus"], size["ram_mib"], size["disk_gib"]
        super().__init__(virtapi, read_only)

    def process_instances_at_startup(self, context: RequestContext, instances: InstanceList) -> InstanceList:
        """Take over the servers that Nova knows at its start, in the power state that they had."""
        for instance in instances:
            self.instances[instance.uuid] = fake.FakeInstance(instance.name, instance.power_state, instance.uuid)
        return instances

    def spawn(
        self, context: RequestContext, instance: Instance, image_meta: ImageMeta, *args: Any, **kwargs: Any
    ) -> None:
        """Create a machine or resize an existing one, and turn it on."""
        try:
            attached = volumes.block_devices(kwargs.get("block_device_info"))
        except exception.VolumeNotFound as error:
            # For any other exception, Nova would report that no other hypervisor is left to try.
            raise exception.BuildAbortException(instance_uuid=instance.uuid, reason=error.format_message()) from error
        super().spawn(context, instance, image_meta, *args, **kwargs)
        instance.device_metadata = tags.of_devices(context, instance)
        machines.make(context, instance, attached)
        if kwargs.get("power_on", True):
            machines.turn_on(instance, attached)
        if instance.task_state == InstanceTaskState.REBUILD_SPAWNING:
            _plug(instance, True)

    def destroy(self, context: RequestContext, instance: Instance, *args: Any, **kwargs: Any) -> None:
        """Delete a machine, but keep the disk of one that is shelved or that gets its old size back."""
        super().destroy(context, instance, *args, **kwargs)
        (machines.turn_off if instance.task_state in _COMES_BACK else machines.remove)(instance)

    def reboot(self, context: RequestContext, instance: Instance, *args: Any, **kwargs: Any) -> None:
        """Turn a machine off and on."""
        time.sleep(_REBOOT_SECONDS)
        super().reboot(context, instance, *args, **kwargs)

    def rebuild(self, *args: Any, **kwargs: Any) -> None:
        """Take a moment, and leave the work to Nova."""
        time.sleep(_REBOOT_SECONDS)
        # It raises NotImplementedError: then Nova destroys the server and spawns it again.
        super().rebuild(*args, **kwargs)

    def power_off(self, instance: Instance, *args: Any, **kwargs: Any) -> None:
        """Turn a machine off; its ports go down with it."""
        super().power_off(instance, *args, **kwargs)
        machines.turn_off(instance)
        _plug(instance, False)

    def power_on(
        self,
        context: RequestContext,
        instance: Instance,
        network_info: Any,
        block_device_info: dict[str, Any] | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Turn a machine on; a server whose volume is lost goes to ERROR."""
        try:
            attached = volumes.block_devices(block_device_info)
        except exception.VolumeNotFound:
            instance.vm_state = vm_states.ERROR
            raise
        super().power_on(context, instance, network_info, block_device_info, *args, **kwargs)
        machines.turn_on(instance, attached)
        _plug(instance, True)

    def rescue(
        self,
        context: RequestContext,
        instance: Instance,
        network_info: Any,
        image_meta: ImageMeta,
        rescue_password: str,
        block_device_info: dict[str, Any] | None,
        share_info: Any,
    ) -> None:
        """Boot the machine that Nova has turned off for a rescue; its own system is the only one."""
        self.power_on(context, instance, network_info, block_device_info)

    def unrescue(self, context: RequestContext, instance: Instance) -> None:
        """Boot a machine after a rescue."""
        super().unrescue(context, instance)
        machines.turn_on(instance, machines.attached_to(instance))

    def pause(self, instance: Instance) -> None:
        """Pause a machine."""
        super().pause(instance)
        machines.pause(instance, True)

    def unpause(self, instance: Instance) -> None:
        """Unpause a machine."""
        super().unpause(instance)
        machines.pause(instance, False)

    def suspend(self, context: RequestContext, instance: Instance) -> None:
        """Suspend a machine, which is the same as a pause: a guest has no memory to save."""
        super().suspend(context, instance)
        machines.pause(instance, True)

    def resume(self, context: RequestContext, instance: Instance, *args: Any, **kwargs: Any) -> None:
        """Resume a suspended machine."""
        super().resume(context, instance, *args, **kwargs)
        machines.pause(instance, False)

    def migrate_disk_and_power_off(
        self, context: RequestContext, instance: Instance, dest: str, flavor: Flavor, *args: Any, **kwargs: Any
    ) -> None:
        """Turn a machine off for a resize, unless its disk would get smaller."""
        if instance.image_ref and flavor.root_gb < instance.flavor.root_gb:
            raise exception.InstanceFaultRollback(exception.ResizeError(reason="The disk cannot be made smaller."))
        machines.turn_off(instance)
        super().migrate_disk_and_power_off(context, instance, dest, flavor, *args, **kwargs)

    def finish_revert_migration(
        self,
        context: RequestContext,
        instance: Instance,
        network_info: Any,
        migration: Any,
        block_device_info: dict[str, Any] | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Turn a machine on in its old size."""
        super().finish_revert_migration(context, instance, network_info, migration, block_device_info, *args, **kwargs)
        attached = volumes.block_devices(block_device_info)
        machines.make(context, instance, attached)
        machines.turn_on(instance, attached)

    def default_root_device_name(self, *_: Any) -> str:
        """Return the device of a server's first disk, from which Nova derives the others."""
        return ROOT_DEVICE

    def attach_volume(
        self, context: RequestContext, connection_info: dict[str, Any], instance: Instance, mountpoint: str, **_: Any
    ) -> None:
        """Attach a volume to a machine."""
        machines.attach(instance, volumes.describe(connection_info, mountpoint))
        tags.save_device_metadata(context, instance)

    def attach_interface(self, context: RequestContext, instance: Instance, *_: Any, **__: Any) -> None:
        """Save the tag of a port; Neutron does the rest."""
        tags.save_device_metadata(context, instance)

    def detach_interface(self, *_: Any, **__: Any) -> None:
        """Do nothing, because Neutron does the work; Nova's fake driver would refuse ports that it does not know."""

    def detach_volume(
        self, context: RequestContext, connection_info: dict[str, Any], instance: Instance, *_: Any, **__: Any
    ) -> None:
        """Detach a volume from a machine."""
        machines.detach(instance, connection_info["serial"])

    def swap_volume(
        self,
        context: RequestContext,
        old_connection_info: dict[str, Any],
        new_connection_info: dict[str, Any],
        instance: Instance,
        mountpoint: str,
        resize_to: int,
    ) -> None:
        """Replace a volume by another one, and copy its contents."""
        old, new = (volumes.describe(info, mountpoint) for info in (old_connection_info, new_connection_info))
        machines.detach(instance, old["id"])
        sparse.copy(old["path"], new["path"])
        os.truncate(new["path"], new["size_gib"] * 2**30)
        machines.attach(instance, new)

    def extend_volume(
        self, context: RequestContext, connection_info: dict[str, Any], instance: Instance, requested_size: int
    ) -> None:
        """Tell a machine the new size of a volume; Nova gives it in bytes."""
        machines.grow(instance, connection_info["serial"], requested_size // 2**30)

    def snapshot(
        self, context: RequestContext, instance: Instance, image_id: str, update_task_state: Callable[..., None]
    ) -> None:
        """Store a server's disk as an image."""
        super().snapshot(context, instance, image_id, update_task_state)
        disk = io.BytesIO(machines.read(instance, "disk.json").ljust(2**20, b" "))
        kind = {"disk_format": "raw", "container_format": "bare"}
        glance.API().update(context, image_id, kind, data=disk, purge_props=False)

    def get_console_output(self, context: RequestContext, instance: Instance) -> bytes:
        """Return what a server's guest has written to its console."""
        return machines.read(instance, "console.log")

    def _no_console(self, context: RequestContext, instance: Instance) -> Never:
        """Refuse a console for a browser: a guest has no screen, and the fake driver's link is dead."""
        raise exception.ConsoleTypeUnavailable(
            "A console in a browser is not available: the practice cloud's servers have no screen. Log in with ssh, or "
            "read the console log."
        )

    get_vnc_console = get_spice_console = get_serial_console = get_mks_console = _no_console


def _plug(instance: Instance, plugged: bool) -> None:
    """Tell Neutron whether a server's ports are plugged in; an agent would see that itself."""
    client = neutron.get_client(get_admin_context(), admin=True)
    for vif in instance.get_network_info():
        profile = {key: value for key, value in (vif["profile"] or {}).items() if key != UNPLUGGED}
        body = {"binding:profile": profile if plugged else {**profile, UNPLUGGED: True}}
        client.update_port(vif["id"], {"port": body})

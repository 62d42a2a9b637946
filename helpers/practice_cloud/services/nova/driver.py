"""The practice cloud's hypervisor: it turns guests on and off, and keeps their disks.

Nova ships a driver that keeps servers in memory only, for its own tests. This one also has a size of its own,
knows its servers again after a restart, unplugs the ports of servers that are off, and finishes snapshots.
"""

# Nova's objects get their fields while it runs.
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
# A client that asks every second sees a server in between only if that lasts as long.
_REBOOT_SECONDS = 1


class PracticeDriver(fake.FakeDriverWithoutFakeNodes):
    """A hypervisor of the size given in the catalog, whose servers outlive its process."""

    def __init__(self, virtapi: VirtAPI, read_only: bool = False) -> None:
        size = load_catalog(Home())["hypervisor"]
        self.vcpus, self.memory_mb, self.local_gb = size["vcpus"], size["ram_mib"], size["disk_gib"]
        super().__init__(virtapi, read_only)

    def process_instances_at_startup(self, context: RequestContext, instances: InstanceList) -> InstanceList:
        """Nova tells at its start which servers are here: take them back, in the power state they had."""
        for instance in instances:
            self.instances[instance.uuid] = fake.FakeInstance(instance.name, instance.power_state, instance.uuid)
        return instances

    def spawn(
        self, context: RequestContext, instance: Instance, image_meta: ImageMeta, *args: Any, **kwargs: Any
    ) -> None:
        """Make a machine, or give the one that there is its new size, and turn it on."""
        try:
            attached = volumes.block_devices(kwargs.get("block_device_info"))
        except exception.VolumeNotFound as error:
            # Of anything else, Nova would say that no other hypervisor is left to try.
            raise exception.BuildAbortException(instance_uuid=instance.uuid, reason=error.format_message()) from error
        super().spawn(context, instance, image_meta, *args, **kwargs)
        instance.device_metadata = tags.of_devices(context, instance)
        machines.make(context, instance, attached)
        if kwargs.get("power_on", True):
            machines.turn_on(instance, attached)
        if instance.task_state == InstanceTaskState.REBUILD_SPAWNING:
            _plug(instance, True)

    def destroy(self, context: RequestContext, instance: Instance, *args: Any, **kwargs: Any) -> None:
        """Take a machine away, but for the disk of one that comes back: from its shelf, or in its old size."""
        super().destroy(context, instance, *args, **kwargs)
        (machines.turn_off if instance.task_state in _COMES_BACK else machines.remove)(instance)

    def reboot(self, context: RequestContext, instance: Instance, *args: Any, **kwargs: Any) -> None:
        """Turn a machine off and on."""
        time.sleep(_REBOOT_SECONDS)
        super().reboot(context, instance, *args, **kwargs)

    def rebuild(self, *args: Any, **kwargs: Any) -> None:
        """Take as long as that takes, and leave the work to Nova."""
        time.sleep(_REBOOT_SECONDS)
        # It says that this driver has no rebuild of its own: Nova then destroys the server and spawns it anew.
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
        """Turn a machine on; one without what is on its volumes has an error."""
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
        """Boot a machine that is to be repaired, which Nova has turned off; there is no other system than its own."""
        self.power_on(context, instance, network_info, block_device_info)

    def unrescue(self, context: RequestContext, instance: Instance) -> None:
        """Boot a machine that has been repaired."""
        super().unrescue(context, instance)
        machines.turn_on(instance, machines.attached_to(instance))

    def pause(self, instance: Instance) -> None:
        """Let a machine stand still."""
        super().pause(instance)
        machines.pause(instance, True)

    def unpause(self, instance: Instance) -> None:
        """Let a machine go on."""
        super().unpause(instance)
        machines.pause(instance, False)

    def suspend(self, context: RequestContext, instance: Instance) -> None:
        """Put a machine's memory on its disk, which for a guest that does nothing meanwhile is to stand still."""
        super().suspend(context, instance)
        machines.pause(instance, True)

    def resume(self, context: RequestContext, instance: Instance, *args: Any, **kwargs: Any) -> None:
        """Wake a machine up."""
        super().resume(context, instance, *args, **kwargs)
        machines.pause(instance, False)

    def migrate_disk_and_power_off(
        self, context: RequestContext, instance: Instance, dest: str, flavor: Flavor, *args: Any, **kwargs: Any
    ) -> None:
        """Turn a machine off that is to get another size, unless its files may not fit."""
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
        """Return the name of a server's first disk, after which Nova names the others."""
        return ROOT_DEVICE

    def attach_volume(
        self, context: RequestContext, connection_info: dict[str, Any], instance: Instance, mountpoint: str, **_: Any
    ) -> None:
        """Plug a volume into a machine."""
        machines.attach(instance, volumes.describe(connection_info, mountpoint))
        tags.save_device_metadata(context, instance)

    def attach_interface(self, context: RequestContext, instance: Instance, *_: Any, **__: Any) -> None:
        """Plug a port into a machine, which is Neutron's work; the machine is told of the port's tag."""
        tags.save_device_metadata(context, instance)

    def detach_interface(self, *_: Any, **__: Any) -> None:
        """Unplug a port, which is Neutron's work; Nova's fake driver would refuse those that it has not plugged in."""

    def detach_volume(
        self, context: RequestContext, connection_info: dict[str, Any], instance: Instance, *_: Any, **__: Any
    ) -> None:
        """Unplug a volume from a machine."""
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
        """Put another volume in the place of one, with all that is on it."""
        old, new = (volumes.describe(info, mountpoint) for info in (old_connection_info, new_connection_info))
        machines.detach(instance, old["id"])
        sparse.copy(old["path"], new["path"])
        os.truncate(new["path"], new["size_gib"] * 2**30)
        machines.attach(instance, new)

    def extend_volume(
        self, context: RequestContext, connection_info: dict[str, Any], instance: Instance, requested_size: int
    ) -> None:
        """Let a machine see that one of its volumes has grown."""
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
        """Return what a server's guest has written while it booted."""
        return machines.read(instance, "console.log")

    def _no_console(self, context: RequestContext, instance: Instance) -> Never:
        """Refuse a console for a browser: there is no screen to look at, and Nova's fake one is a dead link."""
        raise exception.ConsoleTypeUnavailable(console_type="graphical or serial")

    get_vnc_console = get_spice_console = get_serial_console = get_mks_console = _no_console


def _plug(instance: Instance, plugged: bool) -> None:
    """Tell Neutron whether a server's ports are plugged in; an agent would see it by itself."""
    client = neutron.get_client(get_admin_context(), admin=True)
    for vif in instance.get_network_info():
        profile = {key: value for key, value in (vif["profile"] or {}).items() if key != UNPLUGGED}
        body = {"binding:profile": profile if plugged else {**profile, UNPLUGGED: True}}
        client.update_port(vif["id"], {"port": body})

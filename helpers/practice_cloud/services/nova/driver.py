"""The practice cloud's hypervisor: everything but the guests.

Nova ships a driver that keeps servers in memory only, for its own tests. This one also has a size of its own,
knows its servers again after a restart, unplugs the ports of servers that are off, finishes snapshots and has
console logs.
"""

# Nova's objects get their fields while it runs.
# pyright: reportAttributeAccessIssue=false

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Never

from nova import exception
from nova.context import RequestContext, get_admin_context
from nova.image import glance
from nova.network import neutron
from nova.network.model import NetworkInfo
from nova.objects.instance import Instance, InstanceList
from nova.virt import fake
from nova.virt.virtapi import VirtAPI

from ...settings.catalog import load_catalog
from ...settings.home import Home
from ..neutron import UNPLUGGED

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

    def reboot(
        self, context: RequestContext, instance: Instance, network_info: NetworkInfo, *args: Any, **kwargs: Any
    ) -> None:
        """Turn a server off and on."""
        time.sleep(_REBOOT_SECONDS)
        super().reboot(context, instance, network_info, *args, **kwargs)
        _plug(instance, True)

    def rebuild(self, *args: Any, **kwargs: Any) -> Never:
        """Take as long as that takes, and leave the work to Nova, which destroys the server and spawns it anew."""
        time.sleep(_REBOOT_SECONDS)
        raise NotImplementedError

    def power_off(self, instance: Instance, *args: Any, **kwargs: Any) -> None:
        """Turn a server off; its ports go down with it."""
        super().power_off(instance, *args, **kwargs)
        _plug(instance, False)

    def power_on(self, context: RequestContext, instance: Instance, *args: Any, **kwargs: Any) -> None:
        """Turn a server on."""
        super().power_on(context, instance, *args, **kwargs)
        _plug(instance, True)

    def snapshot(self, context: RequestContext, instance: Instance, image_id: str, update_task_state: Callable) -> None:
        """Store a server's disk as an image; with no guest to write to it, the disk is its console log."""
        super().snapshot(context, instance, image_id, update_task_state)
        disk = io.BytesIO(self.get_console_output(context, instance).encode().ljust(2**20, b"\0"))
        kind = {"disk_format": "raw", "container_format": "bare"}
        glance.API().update(context, image_id, kind, data=disk, purge_props=False)

    def get_console_output(self, context: RequestContext, instance: Instance) -> str:
        """Tell what a server of this flavor, image and network would have written while it booted."""
        addresses = [ip["address"] for vif in instance.get_network_info() for ip in vif.fixed_ips()]
        try:
            image = glance.API().get(context, instance.image_ref)["name"]
        except exception.ImageNotFound:
            image = instance.image_ref
        console = Path(__file__).with_name("console.txt").read_text()
        return console.format(image=image, instance=instance, addresses=", ".join(addresses))

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

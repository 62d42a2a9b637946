"""The practice cloud's hypervisor: everything but the guests.

Nova ships a driver that keeps servers in memory only, for its own tests. This one also has a size of its own,
knows its servers again after a restart, finishes snapshots and has console logs.
"""

import io
from pathlib import Path

from nova import exception
from nova.image import glance
from nova.virt import fake

from .home import Home


class PracticeDriver(fake.FakeDriverWithoutFakeNodes):
    """A hypervisor of the size given in the catalog, whose servers outlive its process."""

    def __init__(self, virtapi, read_only=False):
        size = Home().catalog["hypervisor"]
        self.vcpus, self.memory_mb, self.local_gb = size["vcpus"], size["ram_mib"], size["disk_gib"]
        super().__init__(virtapi, read_only)

    def process_instances_at_startup(self, context, instances):
        """Nova tells at its start which servers are here: take them back, in the power state they had."""
        for instance in instances:
            self.instances[instance.uuid] = fake.FakeInstance(instance.name, instance.power_state, instance.uuid)
        return instances

    def snapshot(self, context, instance, image_id, update_task_state):
        """Store a server's disk as an image; with no guest to write to it, the disk is its console log."""
        super().snapshot(context, instance, image_id, update_task_state)
        disk = io.BytesIO(self.get_console_output(context, instance).encode().ljust(2**20, b"\0"))
        kind = {"disk_format": "raw", "container_format": "bare"}
        glance.API().update(context, image_id, kind, data=disk, purge_props=False)

    def get_console_output(self, context, instance):
        """Tell what a server of this flavor, image and network would have written while it booted."""
        addresses = [ip["address"] for vif in instance.get_network_info() for ip in vif.fixed_ips()]
        try:
            image = glance.API().get(context, instance.image_ref)["name"]
        except exception.ImageNotFound:
            image = instance.image_ref
        console = Path(__file__).with_name("console.txt").read_text()
        return console.format(image=image, instance=instance, addresses=", ".join(addresses))

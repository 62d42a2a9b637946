"""The practice cloud's hypervisor: everything but the guests.

Nova ships a driver that keeps servers in memory only, for its own tests. This one also has a size of its own
and knows its servers again after a restart.
"""

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

"""The practice cloud's hypervisor: everything but the guests.

Nova ships a driver that keeps servers in memory only, for its own tests. This one also has a size of its own
and knows its servers again after a restart.
"""

from nova.conf import CONF
from nova.virt import fake
from oslo_config import cfg

CONF.register_opts(
    [
        cfg.IntOpt("vcpus", help="Virtual CPUs of the hypervisor."),
        cfg.IntOpt("ram_mib", help="Memory of the hypervisor in MiB."),
        cfg.IntOpt("disk_gib", help="Disk of the hypervisor in GiB."),
    ],
    group="practice_cloud",
)


class PracticeDriver(fake.FakeDriverWithoutFakeNodes):
    """A hypervisor of the size given in nova.conf, whose servers outlive its process."""

    def __init__(self, virtapi, read_only=False):
        self.vcpus = CONF.practice_cloud.vcpus
        self.memory_mb = CONF.practice_cloud.ram_mib
        self.local_gb = CONF.practice_cloud.disk_gib
        super().__init__(virtapi, read_only)

    def process_instances_at_startup(self, context, instances):
        """Nova tells at its start which servers are here: take them back, in the power state they had."""
        for instance in instances:
            self.instances[instance.uuid] = fake.FakeInstance(instance.name, instance.power_state, instance.uuid)
        return instances

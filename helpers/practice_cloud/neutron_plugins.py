"""What Neutron's agents do on a cloud with many hosts, reduced to one host without a data plane."""

from neutron.services.l3_router.l3_router_plugin import L3RouterPlugin
from neutron_lib import constants
from neutron_lib.api.definitions import portbindings
from neutron_lib.plugins.ml2 import api


class PracticeMechanism(api.MechanismDriver):
    """Binds every port and calls it ACTIVE, as an Open vSwitch agent would."""

    connectivity = portbindings.CONNECTIVITY_L2

    def initialize(self):
        """Nothing to prepare: there is no switch."""

    def bind_port(self, context):
        """Bind a port to the first of its network's segments."""
        segment = context.segments_to_bind[0]
        details = {portbindings.CAP_PORT_FILTER: True}
        context.set_binding(segment[api.ID], portbindings.VIF_TYPE_OVS, details, status=constants.PORT_STATUS_ACTIVE)


class PracticeRouters(L3RouterPlugin):
    """Reports floating IPs as an L3 agent does: ACTIVE with a port, DOWN without."""

    def create_floatingip(self, context, floatingip):
        """Create a floating IP in the status that the agent would report."""
        return self._with_status(context, super().create_floatingip(context, floatingip))

    def update_floatingip(self, context, id, floatingip):
        """Associate or disassociate a floating IP, and set its status to match."""
        return self._with_status(context, super().update_floatingip(context, id, floatingip))

    def _with_status(self, context, floatingip):
        status = constants.FLOATINGIP_STATUS_ACTIVE if floatingip["port_id"] else constants.FLOATINGIP_STATUS_DOWN
        self.update_floatingip_status(context, floatingip["id"], status)
        return dict(floatingip, status=status)

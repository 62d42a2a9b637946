"""What Neutron's agents do on a cloud with many hosts, reduced to one host without a data plane."""

from typing import Any

from neutron.services.l3_router.l3_router_plugin import L3RouterPlugin
from neutron.services.qos.drivers.openvswitch.driver import SUPPORTED_RULES
from neutron_lib import constants
from neutron_lib.api.definitions import portbindings
from neutron_lib.callbacks import events, registry, resources
from neutron_lib.plugins import directory
from neutron_lib.plugins.ml2 import api
from neutron_lib.services.qos.base import DriverBase
from oslo_config import cfg

from . import UNPLUGGED

_ROUTER_PORTS = (*constants.ROUTER_INTERFACE_OWNERS_SNAT, constants.DEVICE_OWNER_ROUTER_GW)


class PracticeMechanism(api.MechanismDriver):
    """Binds every port and reports its status as an Open vSwitch agent would."""

    connectivity = portbindings.CONNECTIVITY_L2  # pyright: ignore[reportAssignmentType]

    def initialize(self) -> None:
        """Register the QoS rules that this driver supports: the same as Open vSwitch's."""
        DriverBase("practice_cloud", [portbindings.VIF_TYPE_OVS], [portbindings.VNIC_NORMAL], SUPPORTED_RULES)

    def bind_port(self, context: Any) -> None:
        """Bind a port to the first segment of its network; Neutron calls this again if the binding profile changes."""
        segment, details = context.segments_to_bind[0], {portbindings.CAP_PORT_FILTER: True}
        context.set_binding(segment[api.ID], portbindings.VIF_TYPE_OVS, details, status=_status(context.current))

    def update_port_postcommit(self, context: Any) -> None:
        """Report a bound port that is turned off or on; the report is an update itself, which changes neither."""
        port = context.current
        if port["admin_state_up"] != context.original["admin_state_up"] and context.host:
            core_plugin: Any = directory.get_plugin()
            core_plugin.update_port_status(context.plugin_context.elevated(), port["id"], _status(port), context.host)


def _status(port: dict[str, Any]) -> str:
    """Return ACTIVE, or DOWN for a port that is turned off, or whose server is."""
    on = port["admin_state_up"] and UNPLUGGED not in port[portbindings.PROFILE]
    return constants.PORT_STATUS_ACTIVE if on else constants.PORT_STATUS_DOWN


class PracticeRouters(L3RouterPlugin):
    """Does the part of an L3 agent's work that the API shows."""

    @registry.receives(resources.PORT, [events.AFTER_CREATE, events.AFTER_UPDATE])
    def host_router_port(self, resource: str, event: str, trigger: Any, payload: Any) -> None:
        """Put a router's port on this host, so that it is bound; an update makes a port made by hand the router's."""
        port = payload.latest_state
        if port["device_owner"] in _ROUTER_PORTS and port[portbindings.HOST_ID] != cfg.CONF.host:
            host = {"port": {portbindings.HOST_ID: cfg.CONF.host}}
            core_plugin: Any = self._core_plugin
            core_plugin.update_port(payload.context.elevated(), payload.resource_id, host)

    @registry.receives(resources.FLOATING_IP, [events.AFTER_CREATE, events.AFTER_UPDATE])
    def report_floating_ip(self, resource: str, event: str, trigger: Any, payload: Any) -> None:
        """Report a floating IP as ACTIVE if it has a port, and otherwise as DOWN."""
        floating_ip = payload.latest_state
        status = constants.FLOATINGIP_STATUS_ACTIVE if floating_ip["port_id"] else constants.FLOATINGIP_STATUS_DOWN
        if floating_ip["status"] != status:
            self.update_floatingip_status(payload.context.elevated(), payload.resource_id, status)

    def notify_router_updated(self, *_: Any, **__: Any) -> None:
        """Notify nobody: there is no L3 agent, and to look for one takes longer than the change itself."""

    notify_routers_updated = notify_router_updated

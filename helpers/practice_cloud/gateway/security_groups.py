"""The firewall: let a connection in or not, by the rules of the security groups that Neutron reports then."""

import ipaddress
from collections.abc import Iterator
from typing import Any

from openstack.connection import Connection

from . import CLIENT_ADDRESS

# How Neutron writes the protocol of a rule that allows TCP; None stands for any protocol.
TCP_PROTOCOLS = (None, "tcp", "6")
# The fields that a decision needs: Neutron answers sooner if it is asked for fewer.
_PORT = ["status", "admin_state_up", "port_security_enabled", "security_groups", "device_id"]
_REMOTE = ["remote_ip_prefix", "remote_group_id", "remote_address_group_id"]
_RULE = ["protocol", "port_range_min", "port_range_max", *_REMOTE]


class Firewall:
    """Decides on each new connection from what Neutron's API says then; it caches nothing.

    Args:
        conn: The operator's connection, which sees every project's ports and rules.
    """

    def __init__(self, conn: Connection) -> None:
        self._network = conn.network

    def server_behind(self, address: str, port: int) -> str | None:
        """Return the ID of the server that a connection to a floating IP reaches, or None if nothing allows it."""
        floating_ips = self._get("/floatingips", floating_ip_address=address)["floatingips"]
        if not floating_ips or not floating_ips[0]["port_id"]:
            return None
        neutron_port = self._get(f"/ports/{floating_ips[0]['port_id']}", fields=_PORT)["port"]
        if neutron_port["status"] != "ACTIVE" or not neutron_port["admin_state_up"]:
            return None
        if neutron_port["port_security_enabled"] and not any(
            self._allows(rule, port) for rule in self._rules(neutron_port)
        ):
            return None
        return neutron_port["device_id"]

    def _rules(self, neutron_port: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield a port's ingress rules; a port without a security group has none, and allows nothing."""
        if groups := neutron_port["security_groups"]:
            wanted = {"direction": "ingress", "ethertype": "IPv4", "security_group_id": groups, "fields": _RULE}
            yield from self._get("/security-group-rules", **wanted)["security_group_rules"]

    def _allows(self, rule: dict[str, Any], port: int) -> bool:
        if rule["protocol"] not in TCP_PROTOCOLS or rule["remote_group_id"]:
            return False
        if rule["port_range_min"] is not None and not rule["port_range_min"] <= port <= rule["port_range_max"]:
            return False
        sources = [rule["remote_ip_prefix"]]
        if group := rule.get("remote_address_group_id"):
            sources = self._get(f"/address-groups/{group}")["address_group"]["addresses"]
        return any(source is None or CLIENT_ADDRESS in ipaddress.ip_network(source) for source in sources)

    def _get(self, path: str, **query: Any) -> dict[str, Any]:
        answer = self._network.get(path, params=query)
        answer.raise_for_status()
        return answer.json()

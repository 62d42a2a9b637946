"""Explain from what Nova and Neutron report who may connect to a server, and why somebody cannot."""

import ipaddress
from collections.abc import Iterable

from openstack.compute.v2.server import Server
from openstack.connection import Connection
from openstack.network.v2.security_group_rule import SecurityGroupRule

from helpers.connectivity import practice_proxy
from helpers.servers import server_floating_ips, server_ports
from practice_cloud import Obstacle, allows_tcp, client_address, find_network_path, find_obstacles

ANYWHERE = "0.0.0.0/0"
# In these states a server is on; in all others it is off, or about to be.
_ON = ("ACTIVE", "PASSWORD", "RESCUE", "VERIFY_RESIZE")
_SENTENCES = {
    Obstacle.SERVER_OFF: "It is {status}, not ACTIVE. Start it: conn.compute.start_server(server.id).",
    Obstacle.NO_ADDRESS: "It has no floating IP. Attach one: conn.add_ip_list(conn.get_server(server.id), [address]).",
    Obstacle.ROUTER_OFF: "Its router is turned off. Turn it on: "
    "conn.network.update_router({about!r}, is_admin_state_up=True).",
    Obstacle.ROUTER_PORT_OFF: "A network port of its router is turned off. Turn it on: "
    "conn.network.update_port({about!r}, is_admin_state_up=True).",
    Obstacle.PORT_OFF: "Its network port is turned off. Turn it on: "
    "conn.network.update_port({about!r}, is_admin_state_up=True).",
    Obstacle.PORT_DOWN: "Its network port is {about}, not ACTIVE. Wait a moment. If it stays that way, reboot it: "
    "conn.compute.reboot_server(server.id, 'HARD').",
    Obstacle.NO_RULE: "None of its security groups allows TCP port {port}. Add a rule, or a group that has one.",
    Obstacle.OTHER_SOURCES: "Only {about} may connect to TCP port {port}. Is your address among them?{yours}",
}


def why_unreachable(conn: Connection, server: Server, port: int) -> list[str]:
    """Return what keeps you from a TCP port of a server: a sentence for each obstacle, which says what to do about it.

    On a cloud of your own, your address is not known, so a rule that does not let everybody in counts as an obstacle.
    The APIs do not know whether the server has booted, or whether anything listens on the port: see its console log.

    Args:
        conn: The connection to the server's cloud.
        server: The server.
        port: The TCP port that you want to reach.

    Example: why_unreachable(conn, server, 80)
    """
    if not (current := conn.get_server(server.id)):
        return ["The server no longer exists. Create it again."]
    client = client_address() if practice_proxy() else None
    yours = f" It is {client}." if client else ""
    sentences = [
        _SENTENCES[kind].format(about=about, port=port, status=current.status, yours=yours)
        for kind, about in obstacles(conn, current, port, client)
    ]
    if port == 22 and not current.key_name:
        sentences.append("It has no key pair, so nobody can log in. Create or rebuild it with key_name=.")
    return sentences


def obstacles(
    conn: Connection, server: Server, port: int, client: ipaddress.IPv4Address | None = None
) -> list[tuple[Obstacle, str]]:
    """Return what keeps a client, or everybody if it is None, from a TCP port of a server, with the ID of what does.

    It looks at the address that the server shows, and at the network port that this address leads to.
    """
    floating_ips = server_floating_ips(conn, server)
    # On a public network, a network port's own address leads to it, without a router.
    own = [
        {"floating_ip_address": fixed_ip["ip_address"], "port_id": entry.id, "router_id": None}
        for entry in server_ports(conn, server)
        for fixed_ip in entry.fixed_ips
    ]
    shown = [one for one in (*floating_ips, *own) if one["floating_ip_address"] == server.public_v4]
    addresses = shown or floating_ips
    path = find_network_path(conn.network, *(addresses or own)[:1])._replace(has_address=bool(addresses))
    return list(find_obstacles(path, port, server.status in _ON, client))


def security_group_rules(conn: Connection, groups: Iterable[str]) -> list[SecurityGroupRule]:
    """Return the rules of the security groups with these ids."""
    return [rule for group in groups for rule in conn.network.security_group_rules(security_group_id=group)]


def allowed_sources(rules: Iterable[SecurityGroupRule], port: int) -> set[str]:
    """Return the sources that rules allow to connect to a TCP port: CIDRs, or ids of security or address groups."""
    anywhere = {"IPv4": ANYWHERE, "IPv6": "::/0"}
    return {
        rule.remote_group_id
        or rule.remote_address_group_id
        or str(ipaddress.ip_network(rule.remote_ip_prefix or anywhere[rule.ether_type], strict=False))
        for rule in rules
        if rule.direction == "ingress" and allows_tcp(rule, port)
    }

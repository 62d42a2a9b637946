"""Explain from a server's security groups who may connect to it, and why somebody cannot."""

from collections.abc import Iterable

from openstack.compute.v2.server import Server
from openstack.connection import Connection
from openstack.network.v2.security_group_rule import SecurityGroupRule

from helpers.servers import server_ports
from practice_cloud import CLIENT_ADDRESS

ANYWHERE = "0.0.0.0/0"
# The protocols of rules that allow TCP; None means any protocol.
TCP_PROTOCOLS = (None, "tcp", "6")


def why_unreachable(conn: Connection, server: Server, port: int) -> list[str]:
    """Return a sentence for each obstacle between you and a port of a server, which says what to do about it.

    The APIs do not know whether the server has booted, or whether anything listens on the port: see its console log.

    Args:
        conn: The connection to the server's cloud.
        server: The server.
        port: The TCP port that you want to reach.

    Example: why_unreachable(conn, server, 80)
    """
    if not (current := conn.get_server(server.id)):
        return ["The server no longer exists. Create it again."]
    server, obstacles = current, []
    if server.status != "ACTIVE":
        obstacles.append(f"It is {server.status}, not ACTIVE. Start it: conn.compute.start_server(server.id).")
    if not server.public_v4:
        obstacles.append("It has no floating IP. Attach one: conn.add_ip_list(conn.get_server(server.id), [address]).")
    sources = set()
    for entry in server_ports(conn, server):
        rules = security_group_rules(conn, entry.security_group_ids)
        by_address = [rule for rule in rules if rule.ether_type == "IPv4" and not rule.remote_group_id]
        sources |= allowed_sources(by_address, port) if entry.is_port_security_enabled else {ANYWHERE}
    if not sources:
        obstacles.append(f"None of its security groups allows TCP port {port}. Add a rule, or a group that has one.")
    elif ANYWHERE not in sources:
        obstacles.append(
            f"Only {', '.join(sorted(sources))} may connect to TCP port {port}. Is your address among them? "
            f"On the practice cloud it is {CLIENT_ADDRESS}."
        )
    if port == 22 and not server.key_name:
        obstacles.append("It has no key pair, so nobody can log in. Create or rebuild it with key_name=.")
    return obstacles


def security_group_rules(conn: Connection, groups: Iterable[str]) -> list[SecurityGroupRule]:
    """Return the rules of the security groups with these ids."""
    return [rule for group in groups for rule in conn.network.security_group_rules(security_group_id=group)]


def allowed_sources(rules: Iterable[SecurityGroupRule], port: int) -> set[str]:
    """Return the sources that rules allow to connect to a TCP port: CIDRs, or ids of security or address groups."""
    anywhere = {"IPv4": ANYWHERE, "IPv6": "::/0"}
    return {
        rule.remote_ip_prefix or rule.remote_group_id or rule.remote_address_group_id or anywhere[rule.ether_type]
        for rule in rules
        if rule.direction == "ingress"
        and rule.protocol in TCP_PROTOCOLS
        and (rule.port_range_min is None or rule.port_range_min <= port <= rule.port_range_max)
    }

"""Who may come in to a server, and why somebody does not."""

from collections.abc import Iterable

from openstack.compute.v2.server import Server
from openstack.connection import Connection
from openstack.network.v2.port import Port
from openstack.network.v2.security_group_rule import SecurityGroupRule

from helpers.servers import server_ports
from practice_cloud import CLIENT_ADDRESS

ANYBODY = "0.0.0.0/0"
# How Neutron writes the protocol of a rule that admits TCP; None stands for any protocol.
TCP = (None, "tcp", "6")


def why_unreachable(conn: Connection, server: Server, port: int) -> list[str]:
    """Say what the cloud's APIs know of that keeps you from a server's port.

    Whether a guest has booted, and whether anything listens there, no API knows: for that there is the console log.

    Args:
        conn: The connection to the server's cloud.
        server: The server.
        port: The TCP port that you want to reach.

    Returns:
        A sentence for each obstacle, each with what to do. Empty where the APIs know of none.
    """
    if not (current := conn.get_server(server.id)):
        return ["It is there no more. Create it again."]
    server, found = current, []
    if server.status != "ACTIVE":
        found.append(f"It is {server.status}, not ACTIVE. Start it: conn.compute.start_server(server.id).")
    if not server.public_v4:
        found.append("It has no floating IP. Attach one: conn.add_ip_list(conn.get_server(server.id), [address]).")
    sources = {source for entrance in server_ports(conn, server) for source in _let_in(conn, entrance, port)}
    if not sources:
        found.append(f"None of its security groups lets TCP port {port} in. Add a rule, or a group that has one.")
    elif ANYBODY not in sources:
        found.append(
            f"At TCP port {port}, only {', '.join(sorted(sources))} may come in. Is your address among them? "
            f"On the practice cloud it is {CLIENT_ADDRESS}."
        )
    if port == 22 and not server.key_name:
        found.append("It was created without a key pair, so nobody can log in. Create or rebuild it with key_name=.")
    return found


def rules_of(conn: Connection, groups: Iterable[str]) -> list[SecurityGroupRule]:
    """Return the rules of security groups, of which these are the ids."""
    return [rule for group in groups for rule in conn.network.security_group_rules(security_group_id=group)]


def let_in(rules: Iterable[SecurityGroupRule], port: int) -> set[str]:
    """Return from where rules let connections to a TCP port in: CIDRs, or ids of security or address groups."""
    anywhere = {"IPv4": ANYBODY, "IPv6": "::/0"}
    return {
        rule.remote_ip_prefix or rule.remote_group_id or rule.remote_address_group_id or anywhere[rule.ether_type]
        for rule in rules
        if rule.direction == "ingress"
        and rule.protocol in TCP
        and (rule.port_range_min is None or rule.port_range_min <= port <= rule.port_range_max)
    }


def _let_in(conn: Connection, entrance: Port, port: int) -> set[str]:
    """Return from where a server's port lets you in: by IPv4, and not as a member of a group."""
    if not entrance.is_port_security_enabled:
        return {ANYBODY}
    rules = rules_of(conn, entrance.security_group_ids)
    return let_in([rule for rule in rules if rule.ether_type == "IPv4" and not rule.remote_group_id], port)

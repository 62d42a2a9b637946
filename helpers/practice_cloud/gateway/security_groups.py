"""The firewall: what keeps a client from a TCP port on a server, for the gateway and for helpers.why_unreachable."""

import ipaddress
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import Any, NamedTuple

# How Neutron writes the protocol of a rule that allows TCP; None stands for any protocol.
_TCP = (None, "tcp", "6")
# The fields that an answer needs: Neutron answers sooner if it is asked for fewer.
_PORT = ["id", "status", "admin_state_up", "port_security_enabled", "security_groups", "device_id", "fixed_ips"]
_ROUTER = ["id", "admin_state_up"]
_ROUTER_PORT = [*_ROUTER, "device_owner", "fixed_ips"]
_REMOTE = ["remote_ip_prefix", "remote_group_id", "remote_address_group_id"]
_RULE = ["protocol", "port_range_min", "port_range_max", *_REMOTE]

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Obstacle(Enum):
    """A kind of obstacle between a client and a server."""

    SERVER_OFF = auto()
    NO_ADDRESS = auto()
    ROUTER_OFF = auto()
    ROUTER_PORT_OFF = auto()
    PORT_OFF = auto()
    PORT_DOWN = auto()
    NO_RULE = auto()
    OTHER_SOURCES = auto()


class NetworkPath(NamedTuple):
    """What lies between an address and a server, as far as this caller can see it in Neutron's API."""

    has_address: bool
    port: dict[str, Any]
    routers: Sequence[dict[str, Any]] = ()
    router_ports: Sequence[dict[str, Any]] = ()
    # Each with the networks that it lets in.
    rules: Sequence[tuple[dict[str, Any], list[_Network]]] = ()


def find_network_path(network: Any, floating_ip: Any = None) -> NetworkPath:
    """Ask Neutron what lies between a floating IP and a server.

    Args:
        network: The network API of a connection.
        floating_ip: The floating IP, as Neutron or openstacksdk returns it; it needs only port_id, router_id and
            fixed_ip_address. Without a router_id, it is the port's own address. None if there is no address.
    """
    if not floating_ip:
        return NetworkPath(False, {})
    port = ask(network, f"/ports/{floating_ip['port_id']}", fields=_PORT)["port"]
    routers, router_ports, rules = [], [], []
    if router_id := floating_ip["router_id"]:
        # Lists leave out what another project owns; a request for one by its ID would fail.
        routers = ask(network, "/routers", id=router_id, fields=_ROUTER)["routers"]
        ports = ask(network, "/ports", device_id=router_id, fields=_ROUTER_PORT)["ports"]
        inside = floating_ip["fixed_ip_address"]
        subnets = {fixed_ip["subnet_id"] for fixed_ip in port["fixed_ips"] if fixed_ip["ip_address"] == inside}
        router_ports = [one for one in ports if _is_between(one, subnets)]
    if groups := port["security_groups"]:
        wanted = {"direction": "ingress", "ethertype": "IPv4", "security_group_id": groups, "fields": _RULE}
        rules = ask(network, "/security-group-rules", **wanted)["security_group_rules"]
    return NetworkPath(True, port, routers, router_ports, [(rule, _sources(network, rule)) for rule in rules])


def find_obstacles(
    path: NetworkPath, tcp_port: int, is_on: bool, client: ipaddress.IPv4Address | None
) -> Iterator[tuple[Obstacle, str]]:
    """Yield each obstacle between a client and a TCP port on a server, with the ID or state of what is in the way.

    Args:
        path: What lies between the server's address and the server.
        tcp_port: The TCP port.
        is_on: Whether the server is on.
        client: The client's address; if it is None, everybody must be let in.
    """
    port = path.port
    if not is_on:
        yield Obstacle.SERVER_OFF, ""
    if not path.has_address:
        yield Obstacle.NO_ADDRESS, ""
    if not port:
        return
    for kind, resources in (
        (Obstacle.ROUTER_OFF, path.routers),
        (Obstacle.ROUTER_PORT_OFF, path.router_ports),
        (Obstacle.PORT_OFF, [port]),
    ):
        yield from ((kind, resource["id"]) for resource in resources if not resource["admin_state_up"])
    if is_on and port["admin_state_up"] and port["status"] != "ACTIVE":
        yield Obstacle.PORT_DOWN, port["status"]
    # A cloud without the extension for port security does not have this field, and filters all the same.
    if port.get("port_security_enabled") is False:
        return
    sources = [source for rule, allowed in path.rules if allows_tcp(rule, tcp_port) for source in allowed]
    if not sources:
        yield Obstacle.NO_RULE, ""
    elif not any(client in source if client else source.prefixlen == 0 for source in sources):
        yield Obstacle.OTHER_SOURCES, ", ".join(sorted(set(map(str, sources))))


def allows_tcp(rule: Any, tcp_port: int) -> bool:
    """Return whether a rule, as Neutron or openstacksdk returns it, allows traffic to a TCP port."""
    low, high = rule["port_range_min"], rule["port_range_max"]
    return rule["protocol"] in _TCP and (low is None or low <= tcp_port <= high)


def _is_between(router_port: dict[str, Any], subnets: set[str]) -> bool:
    """Return whether a router's port leads to one of these subnets, or to the external network."""
    own = {fixed_ip["subnet_id"] for fixed_ip in router_port["fixed_ips"]}
    return router_port["device_owner"] == "network:router_gateway" or bool(own & subnets)


def _sources(network: Any, rule: dict[str, Any]) -> list[_Network]:
    """Return the networks that a rule lets in; a remote group holds only servers, never a client of a floating IP."""
    if rule["remote_group_id"]:
        return []
    texts = [rule["remote_ip_prefix"] or "0.0.0.0/0"]
    # A cloud without the extension for address groups does not have this field.
    if group := rule.get("remote_address_group_id"):
        texts = ask(network, f"/address-groups/{group}")["address_group"]["addresses"]
    # The bits of a host do not count: Neutron's own normalized_cidr is this, but not every cloud has it.
    return [ipaddress.ip_network(text, strict=False) for text in texts]


def ask(network: Any, path: str, **query: Any) -> dict[str, Any]:
    """Return what a network API answers to a GET request.

    Raises:
        HTTPError: The API refuses the request, or fails (requests.HTTPError).
    """
    answer = network.get(path, params=query)
    answer.raise_for_status()
    return answer.json()

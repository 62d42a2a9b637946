"""Give a server a floating IP: find the network port that it can reach, and the external network that it comes from."""

from collections.abc import Iterable, Iterator

from openstack.compute.v2.server import Server
from openstack.connection import Connection
from openstack.exceptions import BadRequestException, NotFoundException
from openstack.network.v2.floating_ip import FloatingIP
from openstack.network.v2.network import Network
from openstack.network.v2.port import Port
from openstack.network.v2.router import Router

from helpers.errors import CourseError
from helpers.filters import MARK, filter_marked, filter_networks
from helpers.servers import server_ports

_UNREACHABLE = "No floating IP can reach this server: no router joins its network to an external network."


def joining_routers(conn: Connection) -> list[tuple[str, Router]]:
    """Return the ids of networks, each with a router that joins it to an external network."""
    routers = [router for router in conn.list_routers() if router.external_gateway_info]
    return [(port.network_id, router) for router in routers for port in conn.list_router_interfaces(router, "internal")]


def external_networks_of(conn: Connection) -> dict[str, str]:
    """Return, by network id, the id of the external network that a router joins the network to.

    A network whose router belongs to another project is missing: that router cannot be listed.

    Args:
        conn: The connection to the cloud.

    Example: external_networks_of(conn).get(port.network_id)
    """
    return {network: router.external_gateway_info["network_id"] for network, router in joining_routers(conn)}


def sort_networks(conn: Connection, networks: Iterable[Network]) -> list[Network]:
    """Return networks in the given order, but those that a router joins to an external network first.

    Args:
        conn: The connection to the cloud.
        networks: The networks, as filter_networks() returns them.

    Example: sort_networks(conn, filter_networks(conn.list_networks()))
    """
    joined = external_networks_of(conn)
    return sorted(networks, key=lambda network: network.id not in joined)


def external_network(conn: Connection, server: Server) -> str:
    """Return the id of the external network whose floating IPs can reach a server.

    Args:
        conn: The connection to the server's cloud.
        server: The server.

    Raises:
        CourseError: This project sees no external network, or the server is on no network.

    Example: conn.create_floating_ip(network=external_network(conn, server))
    """
    for _, external in _places(conn, server_ports(conn, server)):
        return external
    raise CourseError(f"{_UNREACHABLE} {_advice(conn)}")


def attach_floating_ip(conn: Connection, ports: Iterable[Port]) -> FloatingIP:
    """Attach an unused floating IP of the course to a network port that it can reach, or create one.

    If no network port can be reached, nothing is created.

    Args:
        conn: The connection to the cloud.
        ports: The network ports of a server.

    Raises:
        CourseError: No router joins the network of any of them to an external network.

    Example: attach_floating_ip(conn, server_ports(conn, server))
    """
    reason = "this project sees no external network."
    for port, external in _places(conn, ports):
        marked = filter_marked(conn.network.ips(floating_network_id=external))
        spare = [address for address in marked if not address.port_id]
        try:
            if spare:
                return conn.network.update_ip(spare[0].id, port_id=port.id)
            return conn.network.create_ip(floating_network_id=external, port_id=port.id, description=MARK)
        except (BadRequestException, NotFoundException) as error:
            reason = str(error.details or error)
    raise CourseError(f"{_UNREACHABLE} {_advice(conn)} Reason: {reason}")


def _places(conn: Connection, ports: Iterable[Port]) -> Iterator[tuple[Port, str]]:
    """Yield each network port with the id of the external network for its floating IP, the certain ones first."""
    ports, joined = list(ports), external_networks_of(conn)
    yield from [(port, joined[port.network_id]) for port in ports if port.network_id in joined]
    # The router may belong to another project.
    hidden = [port for port in ports if port.network_id not in joined]
    yield from [(port, network.id) for port in hidden for network in conn.get_external_ipv4_floating_networks()]


def _advice(conn: Connection) -> str:
    joined = external_networks_of(conn)
    names = [network.name for network in filter_networks(conn.list_networks()) if network.id in joined]
    if not names:
        return "Notebook 12 shows how to build a network with a router: build one, and keep it."
    return f"Delete the server, set NETWORK in wanted.py to one of {', '.join(map(repr, names))}, and create it again."

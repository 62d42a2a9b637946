"""Checks of notebooks 12 and 13: networks, and what moves."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from typing import Any

from openstack.compute.v2.server import Server
from openstack.connection import Connection
from openstack.network.v2.floating_ip import FloatingIP
from openstack.network.v2.router import Router
from openstack.network.v2.subnet import Subnet
from openstack.resource import Resource

from helpers.exercises.comparing import NUMBER, gone, meant, not_one
from helpers.filters import filter_marked
from helpers.servers import has_port

# What notebook 12 builds, and what notebook 13 compares of a server.
_BUILT = ("own_server", "own_router", "own_net", "small_net")
_COMPARED = ("id", "created_at", "launched_at", "image", "flavor", "private_v4")


def small_network(_: Any, conn: Connection) -> str | None:
    """Another network, with a subnet of 16 addresses that overlaps with no other."""
    everything = conn.list_networks()
    if hint := not_one(everything, "network", "small_net"):
        return hint
    networks = filter_marked(everything, "small_net")
    if not (mine := _of_16(conn, networks)):
        return "small_net has no subnet of 16 addresses. One bit more in the CIDR's number halves them."
    if mine[0].description != networks[0].description:
        return "The subnet is without the mark: a description, as the network has."
    cidr, others = ip_network(mine[0].cidr), [s.cidr for s in conn.list_subnets() if s.id != mine[0].id]
    if overlapping := [other for other in others if cidr.overlaps(ip_network(other))]:
        delete = f"conn.delete_subnet({mine[0].id!r})"
        return f"{cidr} overlaps with {', '.join(overlapping)}. Delete it, with {delete}, and take another range."
    return None


def small_addresses(answer: Any, conn: Connection) -> str | None:
    """How many addresses the subnet of small_net has to give."""
    subnets = _of_16(conn, filter_marked(conn.list_networks(), "small_net"))
    pools = [pool for subnet in subnets[:1] for pool in subnet.allocation_pools]
    if not pools:
        return "There is no small_net with a subnet of 16 addresses: make it first, in the exercise before."
    if answer == sum(int(ip_address(pool["end"])) - int(ip_address(pool["start"])) + 1 for pool in pools):
        return None
    if isinstance(answer, str):
        return NUMBER
    return (
        "Some are not for servers. Neutron says which are: look at the subnet's allocation_pools, and count both ends."
    )


def router_port(answer: Any, conn: Connection, router: Router) -> str | None:
    """The router's port on its network."""
    answer = answer[0] if isinstance(answer, list) and len(answer) == 1 else answer
    # Ports without a name must not be meant by an answer that is empty.
    if answer and meant(answer, [*conn.list_router_interfaces(router, interface_type="internal")]):
        return None
    return "Two attributes of a port tell what it belongs to: device_owner is the kind, and device_id is which one."


def taken_down(_: Any, conn: Connection) -> str | None:
    """Nothing is left of what notebook 12 has built."""
    everything = [*conn.list_servers(), *conn.list_routers(), *conn.list_networks()]
    if left := [resource.name for resource in filter_marked(everything) if resource.name in _BUILT]:
        return (
            f"Still there: {', '.join(left)}. What is plugged in goes before what it is plugged in to. Give the calls "
            "that delete the id, not the object: where they return False, they have found nothing."
        )
    return None


def move_back(_: Any, conn: Connection, floating_ip: FloatingIP, server: Server) -> str | None:
    """The floating IP is attached to a server."""
    if not (now := conn.get_floating_ip(floating_ip.id)):
        return gone("address")
    if has_port(conn, server, now.port_id):
        return None
    if not now.port_id:
        return f"The address is at no server now. port_id is to be the id of {server.name}'s port."
    return (
        f"The address is still at another server. Pass its id: an object from before can believe to be at "
        f"{server.name}, and then nothing is sent."
    )


def kept(answer: Any, before: Server, after: Server) -> str | None:
    """The names of those attributes that a rebuild has left alone."""
    if not isinstance(answer, Iterable) or isinstance(answer, str):
        return "The answer is to be a list of names, in quotes."
    right = {name for name in _COMPARED if getattr(before, name) == getattr(after, name)}
    found = set(map(str, answer))
    if found == right:
        return None
    return f"{len(right - found)} missing, {len(found - right)} too many. Compare before.id with green.id, and so on."


def decide(_: Any, conn: Connection, server: Server) -> str | None:
    """A resize is confirmed, or reverted."""
    if not (now := conn.get_server(server.id)):
        return gone("server")
    if now.status == "ACTIVE":
        return None
    return f"{now.name} is {now.status}. If you have decided already, wait a moment, and run this cell again."


def _of_16(conn: Connection, networks: Iterable[Resource]) -> list[Subnet]:
    """Return the subnets of networks that have 16 addresses."""
    ids = [network.id for network in networks]
    return [s for s in conn.list_subnets() if s.network_id in ids and ip_network(s.cidr).num_addresses == 16]

"""Checks of notebooks 12 and 13: networks, and addresses, images and sizes that change."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from helpers.exercises.matching import DELETE_BY_ID, gone_hint, require_one, resolve_id, unless_number
from helpers.filters import filter_marked
from helpers.servers import has_port

# The resources that notebook 12 creates, and the attributes of a server that notebook 13 compares.
_BUILT = ("own_server", "own_router", "own_net", "small_net")
_COMPARED = ("id", "created_at", "launched_at", "image", "flavor", "private_v4")


def small_network(_, conn):  # Another network, with a subnet of 16 addresses that overlaps with no other
    networks = conn.list_networks()
    yield from require_one(networks, "network", "small_net")
    network = filter_marked(networks, "small_net")[0]
    mine = _of_16(conn, [network])
    yield not mine and "small_net has no subnet of 16 addresses. One more bit in the prefix of a CIDR halves them."
    unmarked = mine[0].description != network.description
    yield unmarked and "The subnet lacks the course's mark. Give it the same description as the network."
    cidr, others = ip_network(mine[0].cidr), [s.cidr for s in conn.list_subnets() if s.id != mine[0].id]
    for other in others:
        overlaps = cidr.overlaps(ip_network(other))
        delete = f"conn.delete_subnet({mine[0].id!r})"
        yield overlaps and f"{cidr} overlaps with {other}. Delete it with {delete}, and use another range."


def small_addresses(answer, conn):  # How many addresses the subnet of small_net can give to servers
    subnets = _of_16(conn, filter_marked(conn.list_networks(), "small_net"))
    yield not subnets and "There is no small_net with a subnet of 16 addresses. Do the previous exercise first."
    yield unless_number(answer)
    pools = [(int(ip_address(pool["end"])), int(ip_address(pool["start"]))) for pool in subnets[0].allocation_pools]
    wrong = answer != sum(end - start + 1 for end, start in pools)
    yield wrong and "Some of the 16 are not for servers. See the subnet's allocation_pools, and count both ends."


def router_port(answer, conn, router):  # The router's port on its network
    answer = answer[0] if isinstance(answer, list) and len(answer) == 1 else answer
    # An empty answer must not match a port without a name.
    right = answer and resolve_id(answer, [*conn.list_router_interfaces(router, interface_type="internal")])
    kinds = "device_owner gives the kind, device_id the id"
    yield not right and f"Two attributes say what a network port belongs to: {kinds}."


def taken_down(_, conn):  # Nothing is left of what notebook 12 has created
    everything = [*conn.list_servers(), *conn.list_routers(), *conn.list_networks()]
    left = [resource.name for resource in filter_marked(everything) if resource.name in _BUILT]
    yield left and f"These still exist: {', '.join(left)}. Delete the ones that use others first. {DELETE_BY_ID}"


def move_back(_, conn, floating_ip, server):  # The floating IP is attached to a server
    now = conn.get_floating_ip(floating_ip.id)
    yield not now and gone_hint("floating IP")
    yield not now.port_id and f"No server has the address now. As port_id, pass the id of {server.name}'s network port."
    copy = f"an out-of-date copy may say that {server.name} has it already, and then nothing is sent"
    hint = f"Another server still has the address. Pass floating_ip.id: {copy}."
    yield not has_port(conn, server, now.port_id) and hint


def kept(answer, before, after):  # The names of the attributes that a rebuild has not changed
    no_list = not isinstance(answer, Iterable) or isinstance(answer, str)
    yield no_list and "The answer must be a list of names, in quotes."
    right = {name for name in _COMPARED if getattr(before, name) == getattr(after, name)}
    found = set(map(str, answer))
    counts = f"{len(right - found)} missing, {len(found - right)} too many."
    yield found != right and f"{counts} Compare before.id with green.id, and so on."


def decide(_, conn, server):  # A resize is confirmed, or reverted
    now = conn.get_server(server.id)
    yield not now and gone_hint("server")
    again = "If you have decided already, run this cell again in a moment."
    yield now.status != "ACTIVE" and f"{now.name} is {now.status}. {again}"


def _of_16(conn, networks):  # Return the subnets of networks that have 16 addresses
    ids = [network.id for network in networks]
    return [s for s in conn.list_subnets() if s.network_id in ids and ip_network(s.cidr).num_addresses == 16]

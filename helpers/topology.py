"""A picture of how a server is connected, drawn from the current state of the cloud."""

from typing import NamedTuple

from openstack.compute.v2.server import Server
from openstack.connection import Connection

from helpers.drawing import box, box_width, line, show, svg
from helpers.errors import require
from helpers.networks import joining_routers
from helpers.outputs import Output
from helpers.servers import server_floating_ips, server_ports

_EDGE, _GAP, _LABEL = 8, 44, 28


class _Topology(NamedTuple):
    names: dict[str, str]  # Of networks and routers, by id.
    ranges: dict[str, list[str]]  # Of each network that is not external, by id.
    ways: list[tuple[str, str, str]]  # Ids: a network, a router on it, and the external network of that.
    server: list[
        str
    ]  # Its name and status; its fixed IPs; its floating IPs with the id of their router and a fixed IP.
    fixed_ips: list[str]
    floating_ips: list[tuple[str, str, str]]


def draw_topology(conn: Connection, network_id: str | None, server: Server | None = None) -> Output:
    """Return a picture of a network, its routers to external networks, and a server with its addresses.

    It has a text for people who cannot see it.

    Args:
        conn: The connection to the network's cloud.
        network_id: The id of the server's network, such as the value of a dropdown.
        server: The server, if it exists already; its other networks are drawn, too.

    Raises:
        CourseError: The id is None.

    Example: draw_topology(conn, network.value)
    """
    require(network=network_id)
    topology = _look(conn, str(network_id), server and conn.get_server(server.id))
    return show(text := _describe(topology), _draw(topology, text))


def _look(conn: Connection, network_id: str, server: Server | None) -> _Topology:
    """Ask the cloud what is connected to a network and to a server."""
    ports = server_ports(conn, server) if server else []
    floating_ips = [ip for ip in server_floating_ips(conn, server) if ip.router_id] if server else []
    networks = dict.fromkeys([network_id, *(port.network_id for port in ports)])
    routers = [(id_, router) for id_, router in joining_routers(conn) if id_ in networks]
    ways = {(id_, router.id, router.external_gateway_info["network_id"]) for id_, router in routers}
    names = {router.id: router.name for _, router in routers}
    # The router of a floating IP may belong to another project: it is not listed.
    on = {port.id: port.network_id for port in ports}
    ways |= {(on[ip.port_id], ip.router_id, ip.floating_network_id) for ip in floating_ips if ip.router_id not in names}
    names = {router: "of another project" for _, router, _ in ways} | names
    names |= {id_: conn.get_network_by_id(id_).name for id_ in (*networks, *(outside for *_, outside in ways))}
    used = [ip.router_id for ip in floating_ips]
    return _Topology(
        {id_: name or "unnamed" for id_, name in names.items()},
        {id_: sorted(subnet.cidr for subnet in conn.list_subnets({"network_id": id_})) for id_ in networks},
        sorted(ways, key=lambda way: (way[1] not in used, *(names[id_] or "" for id_ in way))),
        [server.name or "unnamed", server.status] if server else [],
        [fixed["ip_address"] for port in ports for fixed in port.fixed_ips],
        [(ip.router_id, ip.floating_ip_address, ip.fixed_ip_address) for ip in floating_ips],
    )


def _describe(topology: _Topology) -> str:
    """Return a topology in words."""
    names, said = topology.names, []
    for id_, ranges in topology.ranges.items():
        ways = [f"by the router {names[b]} to the external network {names[c]}" for a, b, c in topology.ways if a == id_]
        joined = f"is connected {' and '.join(ways)}" if ways else "has no router to an external network"
        said.append(f"The network {names[id_]} ({', '.join(ranges) or 'no subnet'}) {joined}.")
    if topology.server:
        has = f"the fixed IP {' and '.join(topology.fixed_ips)}" if topology.fixed_ips else "no address"
        said.append("The server {} is {}, with {}.".format(*topology.server, has))
    said += [f"The floating IP {address} leads to {fixed}." for _, address, fixed in topology.floating_ips]
    return " ".join(said)


def _draw(topology: _Topology, text: str) -> str:
    """Return a topology as SVG: from left to right external networks, routers, networks, and the server."""
    names, ways = topology.names, topology.ways
    columns = {
        "external network": {id_: [names[id_], "external network"] for *_, id_ in ways},
        "router": {id_: [names[id_], "router"] for _, id_, _ in ways},
        "network": {id_: [names[id_], *(ranges or ["no subnet"])] for id_, ranges in topology.ranges.items()},
        "server": {"server": topology.server} if topology.server else {},
    }
    labels = {
        router: [f"floating IP {ip}" for id_, ip, _ in topology.floating_ips if id_ == router] for _, router, _ in ways
    }
    labels["server"] = topology.fixed_ips
    height = 24 + 20 * max(len(lines) for column in columns.values() for lines in column.values())
    pitch = height + _LABEL * max(map(len, labels.values())) + 24
    x, bottom, shapes = _EDGE, 0, []
    ends: dict[str, tuple[float, float, float]] = {}
    for kind, column in columns.items():
        width = box_width(*(word for id_ in column for word in (*column[id_], *labels.get(id_, ()))))
        for row, (id_, lines) in enumerate(column.items()):
            y, below = _EDGE + row * pitch, labels.get(id_, [])
            # The server has its addresses inside, and is at least as high as its networks together.
            more = max(_LABEL * len(below) + 8, bottom - _EDGE - height) if kind == "server" else 0
            inset = 10 if more else 0
            shapes.append(box(kind, x, y, width, height, *lines, more=more))
            ends[id_] = x, x + width, y + height / 2
            for number, label in enumerate(below):
                top = y + height + _LABEL * number + 2
                shapes.append(box("address", x + inset, top, width - 2 * inset, _LABEL - 4, label))
                ends[label] = x, x + width, top + _LABEL / 2 - 2
            bottom = max(bottom, y + height + (more or _LABEL * len(below)))
        x += width + _GAP if column else 0
    links = [link for network, router, outside in ways for link in ((outside, router), (router, network))]
    wires = [line(*ends[a][1:], ends[b][0], ends[b][2]) for a, b in dict.fromkeys(links)]
    wires += [line(*ends[id_][1:], ends["server"][0], ends[id_][2]) for id_ in topology.ranges if topology.server]
    for _, address, fixed in topology.floating_ips:
        wires.append(line(*ends[f"floating IP {address}"][1:], ends[fixed][0], ends[fixed][2], arrow=True))
    return svg(x - _GAP + _EDGE, bottom + _EDGE, "How the server is connected", text, *wires, *shapes)

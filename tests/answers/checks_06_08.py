"""Answers to the exercises of notebooks 06 to 08."""

from openstack import exceptions
from shared.cloud import WANTED

from answers.forms import GONE, NONSENSE, UNCHANGED, Answers, forms
from helpers import ensure_server, filter_marked, filter_networks

MARK = {"description": "import-openstack"}


def _twin(conn) -> tuple:
    twins = [conn.network.create_network(name="twin", **MARK) for _ in range(2)]
    return conn, twins[0]


def _two_addresses(conn) -> tuple:
    """Make an address that a port uses, and one that nothing does."""
    port = conn.network.create_port(network_id=filter_networks(conn.list_networks())[0].id, **MARK)
    outside = filter_networks(conn.list_networks(), external=True)[0]
    for port_id in (port.id, None):
        conn.network.create_ip(floating_network_id=outside.id, port_id=port_id, **MARK)
    return (conn,)


def _idle(conn) -> list:
    return [address for address in conn.list_floating_ips() if not address.port_id]


def _addresses_of_two(conn) -> tuple:
    """Make two addresses of the course, and one of somebody else."""
    _two_addresses(conn)
    outside = filter_networks(conn.list_networks(), external=True)[0]
    return conn, [conn.network.create_ip(floating_network_id=outside.id).id]


def _delete(conn, addresses) -> bool:
    return all(conn.delete_floating_ip(address.id) for address in addresses)


def _careless(conn):
    return lambda name: conn.network.create_network(name=name, **MARK)


def _of_anybody(conn):
    return lambda name: conn.get_network(name) or conn.network.create_network(name=name, **MARK)


def _unmarked(conn):
    return lambda name: [*filter_marked(conn.list_networks(), name), conn.network.create_network(name=name)][0]


def _list(conn):
    return lambda name: filter_marked(conn.list_networks(), name) or conn.network.create_network(name=name, **MARK)


def _careful(conn):
    def ensure(name):
        found = filter_marked(conn.list_networks(), name)
        return found[0] if found else conn.network.create_network(name=name, **MARK)

    return ensure


def _with_none(conn):
    return lambda name: len(network.subnet_ids) if (network := conn.get_network(name)) else 0


def _with_an_error(conn):
    def how_many(name):
        try:
            return len(conn.network.find_network(name, ignore_missing=False).subnet_ids)
        except exceptions.NotFoundException:
            return 0

    return how_many


ANSWERS = {
    "status of the request": Answers(
        wrong=[lambda: 200, lambda: 201, lambda: "202", lambda: "accepted", *NONSENSE],
        right=[lambda: 202, lambda: 202.0],
    ),
    "requests by name": Answers(
        given=lambda conn: (conn,),
        on=UNCHANGED,
        wrong=[lambda _: 1, lambda _: "2", lambda _: [("GET", "/a"), ("GET", "/b")], *NONSENSE],
        right=[lambda _: 2, lambda _: 2.0],
    ),
    "delete request": Answers(
        given=lambda conn: (conn, ensure_server(conn, "watched_server", WANTED)),
        wrong=[
            lambda conn, server: ("GET", f"/v2.1/servers/{server.id}"),
            lambda conn, server: ("DELETE", "/v2.1/servers"),
            lambda conn, server: [("GET", f"/v2.1/servers/{server.id}"), ("DELETE", f"/v2.1/servers/{server.id}")],
            lambda conn, server: "DELETE",
            # Right, but read and not made: the server is still there.
            lambda conn, server: ("DELETE", f"/v2.1/servers/{server.id}"),
            *NONSENSE,
        ],
        right=[
            lambda conn, server: conn.delete_server(server.id) and ("DELETE", f"/v2.1/servers/{server.id}"),
            lambda conn, server: ["delete", f"https://cloud.example.org/compute/v2.1/servers/{server.id}"],
            lambda conn, server: f"DELETE /servers/{server.id}",
        ],
    ),
    "exception": Answers(
        wrong=[
            lambda: exceptions.BadRequestException("400"),
            lambda: "BadRequestException",
            lambda: "openstack.exceptions.BadRequestException",
            lambda: exceptions.SDKException,
            *NONSENSE,
        ],
        right=[lambda: exceptions.BadRequestException, lambda: type(exceptions.BadRequestException("400"))],
    ),
    "how many subnets": Answers(
        given=lambda conn: (conn,),
        on=UNCHANGED,
        wrong=[
            lambda conn: lambda name: len(conn.get_network(name).subnet_ids),
            lambda conn: lambda name: 0,
            lambda conn: lambda name: 1 if conn.get_network(name) else 0,
            lambda conn: str,
            lambda conn: _with_none(conn)("test-net"),
            *NONSENSE,
        ],
        right=[_with_none, _with_an_error],
    ),
    "mended subnet": Answers(
        given=_twin,
        wrong=[
            lambda conn, network: "10.99.0.0/24",
            lambda conn, network: conn.create_subnet(network.id, cidr="10.98.0.0/24", **MARK),
            lambda conn, network: [conn.delete_subnet(subnet) for subnet in network.fetch(conn.network).subnet_ids],
            lambda conn, network: conn.create_subnet(network.id, cidr="10.99.0.0/24"),
        ],
        rare=[lambda conn, network: (None, conn, GONE)],
        right=[
            lambda conn, network: [
                *(conn.delete_subnet(subnet) for subnet in network.fetch(conn.network).subnet_ids),
                conn.create_subnet(network.id, cidr="10.99.0.0/24", **MARK),
            ]
        ],
    ),
    "ensure network": Answers(
        given=lambda conn: (conn,),
        wrong=[
            _careless,
            _of_anybody,
            _unmarked,
            _list,
            lambda conn: lambda name: _careful(conn)(name).id,
            lambda conn: lambda name: None,
            lambda conn: lambda: None,
            lambda conn: _careful(conn)("only_one"),
            lambda conn: lambda name: conn.get_network("test-net"),
            *NONSENSE,
        ],
        right=[_careful],
    ),
    "idle addresses": Answers(
        given=_two_addresses,
        wrong=[lambda conn: conn.list_floating_ips(), lambda conn: _idle(conn)[0], *NONSENSE],
        right=[
            *(lambda conn, n=number: forms(_idle(conn))[n] for number in range(7)),
            lambda conn: [address.floating_ip_address for address in _idle(conn)],
        ],
    ),
    "cost of addresses": Answers(
        given=lambda conn: (0.0041,),
        on=UNCHANGED,
        wrong=[
            lambda price: 31 * 24 * price,
            lambda price: 30 * 31 * price,
            lambda price: "91 EUR",
            lambda _: "92",
            *NONSENSE,
        ],
        right=[lambda price: 92, lambda price: 91.51, lambda price: 30 * 31 * 24 * price],
    ),
    "given back": Answers(
        given=_addresses_of_two,
        wrong=[lambda conn, others: True, lambda conn, others: _delete(conn, filter_marked(_idle(conn)))],
        rare=[lambda conn, others: (True, conn, ["gone"])],
        right=[lambda conn, others: _delete(conn, filter_marked(conn.list_floating_ips())), lambda conn, others: 0],
    ),
}

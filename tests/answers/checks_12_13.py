"""Answers to the exercises of notebooks 12 and 13."""

from types import SimpleNamespace

from conftest import requirements

from answers.forms import GONE, NONSENSE, UNCHANGED, Answers
from helpers.filters import MARK, filter_marked

_BEFORE = SimpleNamespace(id=1, created_at=2, launched_at=3, image=4, flavor=5, private_v4=6)
_AFTER = SimpleNamespace(id=1, created_at=2, launched_at=33, image=44, flavor=5, private_v4=6)
_KEPT = ["id", "created_at", "flavor", "private_v4"]


def _small(conn, cidr: str | None, description: str = MARK) -> bool:
    """Make small_net anew, as a learner does who tries again."""
    for network in filter_marked(conn.list_networks(), "small_net"):
        conn.delete_network(network.id)
    network = conn.network.create_network(name="small_net", description=MARK)
    if cidr:
        conn.network.create_subnet(network_id=network.id, ip_version=4, cidr=cidr, description=description)
    return True


def _with_small(conn) -> tuple:
    _small(conn, "10.98.1.0/28")
    return (conn,)


def _built(conn) -> tuple:
    """Build what notebook 12 does, without a server."""
    _small(conn, "10.98.1.0/28")
    network = conn.network.create_network(name="own_net", description=MARK)
    subnet = conn.network.create_subnet(network_id=network.id, ip_version=4, cidr="10.98.0.0/24", description=MARK)
    router = conn.network.create_router(name="own_router", description=MARK)
    conn.add_router_interface(router, subnet_id=subnet.id)
    return (conn,)


def _take_down(conn) -> bool:
    for router in filter_marked(conn.list_routers()):
        for port in conn.list_router_interfaces(router):
            conn.remove_router_interface(router, port_id=port.id)
        conn.delete_router(router.id)
    return all(conn.delete_network(network.id) for network in filter_marked(conn.list_networks()))


def _router(conn) -> tuple:
    return conn, conn.list_routers()[0]


def _at_green(conn) -> tuple:
    """A floating IP at one of two ports, which stand for the servers' because they cost no time."""
    network = conn.get_network("test-net").id
    ports = {name: conn.network.create_port(network_id=network, device_id=name) for name in ("blue", "green")}
    external = conn.get_network("ext-net").id
    floating_ip = conn.network.create_ip(floating_network_id=external, port_id=ports["green"].id)
    return conn, floating_ip, SimpleNamespace(id="blue", name="blue_server")


def _move(conn, floating_ip, name: str | None):
    port = conn.list_ports({"device_id": name})[0].id if name else None
    return conn.network.update_ip(floating_ip.id, port_id=port)


def _resized(conn) -> tuple:
    server = conn.create_server("blue_server", **requirements(conn), auto_ip=False, wait=True)
    larger = next(f for f in conn.list_flavors() if f.ram > server.flavor.ram and f.disk >= server.flavor.disk)
    conn.compute.resize_server(server, larger)
    return conn, conn.compute.wait_for_server(server, status="VERIFY_RESIZE")


def _decide(conn, server):
    if conn.get_server(server.id).status == "VERIFY_RESIZE":
        conn.compute.confirm_server_resize(server)
    return conn.compute.wait_for_server(server)


ANSWERS: dict[str, Answers] = {
    "small network": Answers(
        given=lambda conn: (conn,),
        wrong=[
            lambda conn: True,
            lambda conn: bool(conn.network.create_network(name="small_net")),
            lambda conn: _small(conn, None),
            lambda conn: _small(conn, "10.98.1.0/16"),
            lambda conn: _small(conn, "192.168.122.0/28"),
            lambda conn: _small(conn, "10.98.1.0/28", description=""),
            lambda conn: bool(conn.network.create_network(name="small_net", description=MARK)),
        ],
        right=[lambda conn: _small(conn, "10.98.1.0/28"), lambda conn: _small(conn, "172.16.255.240/28")],
    ),
    "small addresses": Answers(
        given=_with_small,
        wrong=[*NONSENSE, lambda conn: 16, lambda conn: 14, lambda conn: 12],
        rare=[lambda conn: (13, SimpleNamespace(list_networks=list, list_subnets=list))],
        right=[lambda conn: 13, lambda conn: 13.0],
    ),
    "router port": Answers(
        given=_router,
        on=UNCHANGED,
        wrong=[*NONSENSE, lambda conn, router: router, lambda *_: "192.168.122.1", lambda conn, _: conn.list_ports],
        right=[
            lambda conn, router: conn.list_router_interfaces(router)[0],
            lambda conn, router: conn.list_router_interfaces(router)[0].id,
            lambda conn, router: conn.list_router_interfaces(router),
            lambda conn, router: [conn.list_router_interfaces(router)[0].id],
        ],
    ),
    "taken down": Answers(
        given=_built,
        wrong=[
            *NONSENSE,
            lambda c: c.delete_network("small_net"),
            lambda c: c.delete_network(c.get_network("own_net")),
        ],
        right=[_take_down],
    ),
    "move back": Answers(
        given=_at_green,
        wrong=[*NONSENSE, lambda c, ip, _: _move(c, ip, None)],
        rare=[lambda c, ip, server: (None, c, GONE, server)],
        right=[lambda c, ip, _: _move(c, ip, "blue"), lambda *_: True],
    ),
    "kept": Answers(
        given=lambda conn: (_BEFORE, _AFTER),
        on=UNCHANGED,
        wrong=[
            *NONSENSE,
            lambda *_: "id",
            lambda *_: ["id"],
            lambda *_: [1, 2, 5, 6],
            lambda *_: [*_KEPT, "image"],
            lambda *_: [["id"]],
        ],
        right=[lambda *_: _KEPT, lambda *_: set(_KEPT), lambda *_: tuple(_KEPT), lambda *_: iter(_KEPT)],
    ),
    "decide": Answers(
        given=_resized,
        wrong=[lambda *_: True, lambda *_: "VERIFY_RESIZE"],
        rare=[lambda conn, _: (True, conn, GONE)],
        right=[_decide],
    ),
}

"""Answers to the exercises of notebooks 04 and 05."""

import time
from types import SimpleNamespace

from conftest import requirements
from openstack.compute.v2.server import Server
from shared.cloud import WANTED

from answers.forms import GONE, NONSENSE, Answers
from helpers import ensure_server, filter_marked
from helpers.filters import MARK


def _server(conn, name: str, **options) -> object:
    return conn.create_server(name, **(requirements(conn) | {"auto_ip": False, "wait": True} | options))


def _with(**options):
    """Make it in another way than asked for, in place of the one that there is."""

    def make(conn, wanted) -> None:
        for server in conn.list_servers():
            if server.name == "second_server":
                conn.delete_server(server.id, wait=True)
        _server(conn, "second_server", meta={"course": MARK}, **options)

    return make


def _beside_one_without_the_mark(conn, wanted) -> object:
    """Make it once more, as it is to be; the one without the mark goes on running."""
    return ensure_server(conn, "second_server", wanted)


def _of_the_right_size(conn, wanted) -> object:
    for server in filter_marked(conn.list_servers(), "second_server"):
        if server.public_v4 or server.status != "ACTIVE":
            conn.delete_server(server.id, wait=True)
    return ensure_server(conn, "second_server", wanted)


def _stopped(conn) -> object:
    server = conn.get_server("second_server")
    conn.compute.stop_server(server)
    return server


def _beside_another(conn, wanted) -> object:
    """Make it once more, by a call that does not look whether it is there."""
    return _server(conn, "second_server", meta={"course": MARK})


def _with_the_first(conn) -> tuple:
    ensure_server(conn, "my_server", WANTED)
    return conn, WANTED


def _two_servers(conn) -> tuple:
    for name in ("my_server", "second_server"):
        ensure_server(conn, name, WANTED)
    return (conn,)


def _second_is_going() -> list[Server]:
    metadata = {"course": MARK}
    return [
        Server(name="my_server", metadata=metadata),
        Server(name="second_server", metadata=metadata, task_state="deleting"),
    ]


def _attached(conn) -> tuple:
    server = ensure_server(conn, "my_server", WANTED)
    address = conn.create_floating_ip(server=server)
    while address.floating_ip_address not in str(conn.get_server(server.id).addresses):
        time.sleep(0.2)
    return conn, conn.get_server(server.id), address


def _detached(conn) -> tuple:
    conn, server, address = _attached(conn)
    conn.detach_ip_from_server(server.id, address.id)
    return conn, server, address


def _to_another(conn, server, address) -> None:
    """Attach it to a new server."""
    conn.add_ip_list(ensure_server(conn, "twin_server", WANTED), [address.floating_ip_address])


def _another_address(conn, server, address) -> None:
    """Detach it from wherever it is, and borrow one more for the server."""
    conn.network.update_ip(address.id, port_id=None)
    borrowed = conn.create_floating_ip()
    conn.network.update_ip(borrowed.id, port_id=conn.list_ports({"device_id": server.id})[0].id)


def _in_its_place(conn, server, address) -> None:
    """Give back what was borrowed, and attach the one that is asked for."""
    for other in conn.list_floating_ips():
        if other.id != address.id:
            conn.delete_floating_ip(other.id)
    conn.network.update_ip(address.id, port_id=conn.list_ports({"device_id": server.id})[0].id)


def _back(conn, server, address) -> None:
    """Attach it when the server no longer shows it, which it may do once more."""
    conn.network.update_ip(address.id, port_id=None)
    while not conn.get_floating_ip(address.id).port_id:
        conn.add_ip_list(conn.get_server(server.id), [address.floating_ip_address])
        time.sleep(0.2)


ANSWERS = {
    "owner": Answers(
        given=lambda conn: (conn, ensure_server(conn, "my_server", WANTED)),
        on="my_server",
        wrong=[
            *NONSENSE,
            lambda conn, server: server.metadata.update(owner="me"),
            lambda conn, server: conn.set_server_metadata(server.id, {"Owner": "me"}),
            lambda conn, server: conn.set_server_metadata(server.id, {"owner": ""}),
        ],
        rare=[lambda conn, server: (None, conn, GONE)],
        right=[lambda conn, server: conn.set_server_metadata(server.id, {"owner": "me"}), lambda *_: "me"],
    ),
    "second server": Answers(
        given=_with_the_first,
        on="my_server",
        wrong=[
            *NONSENSE,
            lambda conn, wanted: _server(conn, "second_server"),
            lambda conn, wanted: conn.set_server_metadata("second_server", {"course": "import openstack"}),
            _beside_one_without_the_mark,
            _with(flavor="2C-2GB-20GB"),
            _with(flavor="1C-1GB-20GB"),
            _with(image="Debian 12 Bookworm"),
            _with(auto_ip=True),
            lambda conn, wanted: _of_the_right_size(conn, wanted) and conn.get_server("my_server"),
            lambda *_: "my_server",
            lambda conn, wanted: conn.compute.wait_for_server(_stopped(conn), status="SHUTOFF"),
            _beside_another,
        ],
        rare=[lambda conn, wanted: (None, SimpleNamespace(list_servers=list), wanted)],
        right=[_of_the_right_size, lambda *_: "second_server", lambda conn, _: conn.get_server("second_server").id],
    ),
    "delete it": Answers(
        given=_two_servers,
        on="my_server",
        wrong=[*NONSENSE, lambda conn: conn.delete_server("my_server", wait=True)],
        rare=[lambda conn: (None, SimpleNamespace(list_servers=_second_is_going))],
        right=[
            lambda conn: ensure_server(conn, "my_server", WANTED) and conn.delete_server("second_server", wait=True),
            lambda conn: None,
        ],
    ),
    "external network": Answers(
        given=lambda conn: (conn, conn.create_floating_ip()),
        wrong=[
            *NONSENSE,
            lambda conn, address: address.floating_network_id,
            lambda conn, address: conn.get_network_by_id(address.floating_network_id),
            lambda conn, address: "test-net",
        ],
        right=[lambda conn, address: conn.get_network_by_id(address.floating_network_id).name],
    ),
    "detach": Answers(
        given=_attached,
        on="my_server",
        wrong=[*NONSENSE, lambda conn, server, address: conn.detach_ip_from_server(address.id, server.id)],
        rare=[
            lambda conn, server, address: (None, conn, GONE, address),
            lambda conn, server, address: (None, conn, server, GONE),
        ],
        right=[
            lambda conn, server, address: conn.detach_ip_from_server(server.id, address.id),
            lambda conn, server, address: conn.network.update_ip(address.id, port_id=None),
        ],
    ),
    "attach again": Answers(
        given=_detached,
        on="my_server",
        wrong=[
            *NONSENSE,
            lambda conn, server, address: conn.add_ip_list(server, [address.floating_ip_address], wait=True),
            _to_another,
            _another_address,
        ],
        rare=[
            lambda conn, server, address: (None, conn, GONE, address),
            lambda conn, server, address: (None, conn, server, GONE),
        ],
        right=[_in_its_place, _back],
    ),
}

"""Answers to the exercises of notebook 18."""

from ipaddress import ip_address
from types import SimpleNamespace

from conftest import requirements
from shared.cloud import active

from answers.forms import GONE, NONSENSE, UNCHANGED, Answers

ADDRESS = "203.0.113.77"


def _renamed(conn) -> tuple:
    flavor = conn.list_flavors()[0]
    flavor.name = "mine"
    return (flavor,)


def _server_with_an_old_address(conn) -> tuple:
    server = active(conn, conn.create_server("surprise_server", auto_ip=False, **requirements(conn)))
    conn.compute.update_server(server.id, access_ipv4=ADDRESS)
    return conn, server


ANSWERS = {
    "misspelt filter": Answers(
        given=lambda conn: (conn,),
        on=UNCHANGED,
        wrong=[lambda conn: 0, lambda conn: 1, lambda conn: list(conn.network.networks()), *NONSENSE],
        right=[lambda conn: len(conn.list_networks())],
    ),
    "two names": Answers(
        given=_renamed,
        on=UNCHANGED,
        wrong=[
            lambda flavor: (dict(flavor)["name"], "mine"),
            lambda flavor: ("mine", "mine"),
            lambda flavor: ("mine", "another"),
            lambda flavor: "mine",
            *NONSENSE,
        ],
        right=[lambda flavor: ("mine", dict(flavor)["name"]), lambda flavor: ["mine", dict(flavor)["name"]]],
    ),
    "stale address": Answers(
        given=_server_with_an_old_address,
        wrong=[lambda *_: "192.168.122.42", *NONSENSE],
        right=[lambda *_: ADDRESS, lambda *_: ip_address(ADDRESS)],
        rare=[lambda conn, _: (ADDRESS, conn, SimpleNamespace(id=GONE.id))],
    ),
}

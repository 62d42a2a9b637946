"""Faults to practise on: each keeps people from the course's web server in another way, and all can be mended."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from openstack.compute.v2.server import Server
from openstack.connection import Connection
from openstack.utils import iterate_timeout

from helpers.ensuring import ensure_floating_ip, ensure_key, ensure_security_group
from helpers.errors import CourseError
from helpers.filters import MARK, filter_marked
from helpers.reaching import knock
from helpers.ssh import forget_host_key

_SERVER, _GROUP, _KEY = "web_server", "web", Path("import-openstack.pem")
# Reserved for documentation: nobody comes from there.
_ELSEWHERE = "192.0.2.0/24"
_PATIENCE_SECONDS = 60


def plant(conn: Connection, server: Server, number: int, key: Path = _KEY) -> None:
    """Mend what is broken, then break one thing. The numbers are in an order that does not tell which.

    Args:
        conn: The connection to the server's cloud.
        server: The course's server "web_server". No other one is touched.
        number: From 1 to 5.
        key: The file with the private key.

    Raises:
        CourseError: It is another server, or there is no such fault.
    """
    if not filter_marked([server], _SERVER) or number not in _FAULTS:
        raise CourseError(f"Faults 1 to {len(_FAULTS)} are planted on the course's {_SERVER}, and nowhere else.")
    mend(conn, key)
    mended: Any = conn.get_server(server.id)
    _FAULTS[number](conn, mended)


def mend(conn: Connection, key: Path = _KEY) -> None:
    """Undo each fault, where there is one. Without the course's server and group, there is nothing to do.

    Args:
        conn: The connection to the cloud.
        key: The file with the private key.
    """
    for group in _groups(conn):
        # All of them: also a range with port 80 in it would keep the page open.
        _close(conn, group.id)
        ensure_security_group(conn, _GROUP, ports=(22, 80))
    servers: list[Any] = filter_marked(conn.list_servers(), _SERVER)
    for server in servers:
        if server.status == "SHUTOFF":
            conn.compute.start_server(server)
            conn.compute.wait_for_server(server)
        if server.key_name != MARK:
            _rebuild(conn, server, ensure_key(conn, key))
        ensure_floating_ip(conn, server)


def _without_address(conn: Connection, server: Server) -> None:
    for address in conn.list_floating_ips():
        if address.floating_ip_address == server.public_v4:
            conn.detach_ip_from_server(server.id, address.id)
    _wait_until(lambda: server.public_v4 not in str(conn.compute.get_server(server.id).addresses))


def _without_rule(conn: Connection, server: Server) -> None:
    for group in _groups(conn):
        _close(conn, group.id, port_range_min=80)
    _wait_until(lambda: knock(server.public_v4) != "answers")


def _without_key(conn: Connection, server: Server) -> None:
    _rebuild(conn, server, None)
    _wait_until(lambda: knock(server.public_v4, 22) == "answers")


def _off(conn: Connection, server: Server) -> None:
    conn.compute.stop_server(server)
    conn.compute.wait_for_server(server, status="SHUTOFF")


def _for_others(conn: Connection, server: Server) -> None:
    _without_rule(conn, server)
    for group in _groups(conn):
        conn.create_security_group_rule(group.id, 80, 80, "tcp", remote_ip_prefix=_ELSEWHERE)


_FAULTS: dict[int, Callable[[Connection, Server], None]] = {
    1: _without_address,
    2: _without_rule,
    3: _without_key,
    4: _off,
    5: _for_others,
}


def _groups(conn: Connection) -> list[Any]:
    return filter_marked(conn.network.security_groups(), _GROUP)


def _close(conn: Connection, group: str, **which: str | int) -> None:
    for rule in conn.network.security_group_rules(security_group_id=group, direction="ingress", **which):
        conn.delete_security_group_rule(rule.id)


def _rebuild(conn: Connection, server: Server, key_name: str | None) -> None:
    """Let a server begin anew with another key pair, or none; what ssh knows of it is not true any more."""
    conn.compute.rebuild_server(server, server.image.id, key_name=key_name)
    conn.compute.wait_for_server(server)
    forget_host_key(server)


def _wait_until(happens: Callable[[], bool]) -> None:
    for _ in iterate_timeout(_PATIENCE_SECONDS, "The cloud has not done yet what it was told.", wait=0.5):
        if happens():
            return

"""Faults to practise on: each keeps people from the course's web server in a different way, and all can be repaired."""

from pathlib import Path

from openstack.compute.v2.server import Server
from openstack.connection import Connection
from openstack.network.v2.security_group import SecurityGroup
from openstack.utils import iterate_timeout

from helpers.connectivity import knock
from helpers.ensure import ensure_floating_ip, ensure_key, ensure_security_group
from helpers.errors import CourseError
from helpers.filters import MARK, filter_marked
from helpers.progress import ProgressLine
from helpers.servers import server_floating_ips, server_image, shown_addresses
from helpers.ssh import forget_host_key

_SERVER, _GROUP, _KEY = "web_server", "web", Path("import-openstack.pem")
# Reserved for documentation: nobody comes from there.
_ELSEWHERE = "192.0.2.0/24"
_PATIENCE_SECONDS = 60


def inject(conn: Connection, server: Server, number: int, key: Path = _KEY) -> None:
    """Repair everything, then break one thing. The numbers do not give away which.

    Args:
        conn: The connection to the server's cloud.
        server: The course's server "web_server". No other server is touched.
        number: The number of the fault, from 1 to 5.
        key: The file with the private key.

    Raises:
        CourseError: It is another server, or there is no such fault.

    Example: inject(conn, server, 1)
    """
    if not filter_marked([server], _SERVER) or number not in _FAULTS:
        raise CourseError(f"There are only faults 1 to {len(_FAULTS)}, and only for the course's {_SERVER}.")
    with ProgressLine(_SERVER) as line:
        _repair(conn, key)
        server = conn.get_server(server.id) or server
        break_it, is_broken = _FAULTS[number]
        break_it(conn, server)
        for _ in iterate_timeout(_PATIENCE_SECONDS, "Timed out waiting for the cloud to apply the change.", wait=0.5):
            if is_broken(conn.compute.get_server(server.id), server.public_v4):
                line.update(f"fault {number} is in place")
                return


def repair(conn: Connection, key: Path = _KEY) -> None:
    """Undo all faults in the course's server and group, if they exist.

    Args:
        conn: The connection to the cloud.
        key: The file with the private key.

    Example: repair(conn)
    """
    with ProgressLine(_SERVER) as line:
        _repair(conn, key)
        line.update("repaired")


def _repair(conn: Connection, key: Path) -> None:
    for group in _groups(conn):
        # All rules: a rule for a range that includes port 80 would keep the page open, too.
        _close(conn, group)
        ensure_security_group(conn, _GROUP, ports=(22, 80))
    for server in filter_marked(conn.list_servers(), _SERVER):
        if server.status == "SHUTOFF":
            conn.compute.start_server(server)
            conn.compute.wait_for_server(server)
        if server.key_name != MARK:
            _rebuild(conn, server, ensure_key(conn, key))
        ensure_floating_ip(conn, server)


def _detach_address(conn: Connection, server: Server) -> None:
    for address in server_floating_ips(conn, server):
        conn.detach_ip_from_server(server.id, address.id)


def _close_80(conn: Connection, server: Server) -> None:
    for group in _groups(conn):
        _close(conn, group, port_range_min=80)


def _open_to_others(conn: Connection, server: Server) -> None:
    _close_80(conn, server)
    for group in _groups(conn):
        conn.create_security_group_rule(group.id, 80, 80, "tcp", remote_ip_prefix=_ELSEWHERE)


# For each fault, what breaks the server, and how it shows in the server and at its address that it is broken.
_FAULTS = {
    1: (_detach_address, lambda now, address: address not in shown_addresses(now)),
    2: (_close_80, lambda now, address: knock(address) != "answers"),
    3: (lambda conn, server: _rebuild(conn, server, None), lambda now, address: knock(address, 22) == "answers"),
    4: (lambda conn, server: conn.compute.stop_server(server), lambda now, address: now.status == "SHUTOFF"),
    5: (_open_to_others, lambda now, address: knock(address) != "answers"),
}


def _groups(conn: Connection) -> list[SecurityGroup]:
    return filter_marked(conn.network.security_groups(), _GROUP)


def _close(conn: Connection, group: SecurityGroup, **which: int) -> None:
    for rule in conn.network.security_group_rules(security_group_id=group.id, direction="ingress", **which):
        conn.delete_security_group_rule(rule.id)


def _rebuild(conn: Connection, server: Server, key_name: str | None) -> None:
    """Rebuild a server with another key pair, or none; ssh must forget its previous host key."""
    conn.compute.rebuild_server(server, server_image(conn, server), key_name=key_name)
    conn.compute.wait_for_server(server)
    forget_host_key(server)

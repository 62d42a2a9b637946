"""Find or create what the course needs: a server, its floating IP, its security group and its key pair.

`wanted` is the module wanted.py beside the notebooks, with the requirements for a server.
"""

import os
from pathlib import Path
from types import ModuleType
from typing import Any

from openstack.compute.v2.server import Server
from openstack.connection import Connection
from openstack.network.v2.floating_ip import FloatingIP
from openstack.network.v2.security_group import SecurityGroup
from openstack.utils import iterate_timeout

from helpers.connectivity import wait_for_port
from helpers.errors import CourseError
from helpers.filters import MARK, filter_marked
from helpers.networks import attach_floating_ip
from helpers.progress import wait_for_server
from helpers.requirements import select_resources
from helpers.security_groups import ANYWHERE
from helpers.servers import server_floating_ips, server_ports, shown_addresses
from helpers.ssh import matches_keypair, read_public_key


def ensure_server(conn: Connection, name: str, wanted: ModuleType, **options: Any) -> Server:
    """Return the course's server of that name once it is ACTIVE; create it if it does not exist.

    Args:
        conn: The connection to the cloud.
        name: The server's name. A server with the same name that the course did not make does not count.
        wanted: The requirements.
        options: More arguments for create_server, such as key_name.

    Raises:
        CourseError: Nothing meets the requirements, or the server does not become ACTIVE.

    Example: server = ensure_server(conn, "my_server", wanted)
    """
    if found := filter_marked(conn.list_servers(), name):
        return wait_for_server(conn, found[0])
    request = select_resources(conn, wanted, **{"auto_ip": False, "meta": {"course": MARK}} | options)
    return wait_for_server(conn, conn.create_server(name=name, **request))


def ensure_floating_ip(conn: Connection, server: Server) -> FloatingIP:
    """Return the floating IP of a server, once the server shows it.

    If the server has none, attach an unused one of the course, or create one.

    Args:
        conn: The connection to the cloud.
        server: The server.

    Raises:
        CourseError: The server has no network port, or no router joins its networks to an external network.

    Example: address = ensure_floating_ip(conn, server).floating_ip_address
    """
    if not (ports := server_ports(conn, server)):
        raise CourseError(f"{server.name} no longer exists, or is on no network. Run the notebook from the top.")
    # Not conn.add_ip_list(): Nova still shows a detached address for a moment, and that call then does nothing.
    found = server_floating_ips(conn, server) or [attach_floating_ip(conn, ports)]
    address = found[0].floating_ip_address
    for _ in iterate_timeout(60, f"{server.name} does not show its address {address}.", wait=0.5):
        if address in shown_addresses(conn.compute.get_server(server.id)):
            break
    return conn.network.get_ip(found[0].id)


def ensure_security_group(conn: Connection, name: str, ports: tuple[int, ...]) -> SecurityGroup:
    """Return the course's security group of that name, with rules that open TCP ports to everybody.

    Args:
        conn: The connection to the cloud.
        name: The group's name.
        ports: The TCP ports. Rules for other ports stay as they are.

    Example: group = ensure_security_group(conn, "web", ports=(22, 80))
    """
    found = filter_marked(conn.network.security_groups(), name)
    group = found[0] if found else conn.network.create_security_group(name=name, description=MARK)
    tcp = {"direction": "ingress", "ether_type": "IPv4", "protocol": "tcp"}
    rules = conn.network.security_group_rules(security_group_id=group.id, **tcp)
    anywhere = [rule for rule in rules if not rule.remote_group_id and rule.remote_ip_prefix in (None, ANYWHERE)]
    for port in sorted(set(ports) - {rule.port_range_min for rule in anywhere}):
        conn.create_security_group_rule(group.id, protocol="tcp", port_range_min=port, port_range_max=port)
    return conn.network.get_security_group(group.id)


def ensure_key(conn: Connection, file: Path) -> str:
    """Return the name of the course's key pair, whose private key is in a file; create both if the file is missing.

    Args:
        conn: The connection to the cloud. It gets the public key if it does not have it.
        file: The file of the private key, which only you can read.

    Raises:
        CourseError: The file cannot be used; it is left as it is.

    Example: key_name = ensure_key(conn, Path("import-openstack.pem"))
    """
    public = read_public_key(file)
    if not any(matches_keypair(public, pair) for pair in filter_marked(conn.list_keypairs(), MARK)):
        conn.delete_keypair(MARK)
        key_pair = conn.create_keypair(MARK, public or None)
        if not public:
            file.unlink(missing_ok=True)
            with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
                stream.write(key_pair.private_key)
    return MARK


def ensure_web_server(conn: Connection, wanted: ModuleType, key: Path, user_data: str) -> Server:
    """Return the course's server "web_server", with key pair, security group, floating IP, and a page on port 80.

    Args:
        conn: The connection to the cloud.
        wanted: The requirements.
        key: The file of the private key.
        user_data: What a new server does when it boots for the first time.

    Raises:
        CourseError: The page does not answer; the message names the likely reasons.

    Example: server = ensure_web_server(conn, wanted, KEY, Path("cloud_config.yaml").read_text())
    """
    group = ensure_security_group(conn, "web", ports=(22, 80))
    options = {"key_name": ensure_key(conn, key), "security_groups": [group.id], "userdata": user_data}
    server = ensure_server(conn, "web_server", wanted, **options)
    try:
        wait_for_port(ensure_floating_ip(conn, server).floating_ip_address, 80, timeout=300)
    except CourseError as error:
        call = f"conn.delete_server({server.id!r}, wait=True)"
        raise CourseError(f"{error} To start over with a new server, run {call}, then this cell again.") from error
    return conn.get_server(server.id) or server

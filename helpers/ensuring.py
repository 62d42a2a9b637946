"""Find what the course has made, or make it: the blocks that the notebooks spell out once, and need again."""

import os
from pathlib import Path
from types import ModuleType
from typing import Any

from openstack.compute.v2.server import Server
from openstack.connection import Connection
from openstack.network.v2.floating_ip import FloatingIP
from openstack.network.v2.security_group import SecurityGroup
from openstack.utils import iterate_timeout

from helpers.errors import CourseError, require
from helpers.filters import MARK, filter_flavors, filter_images, filter_marked, filter_networks
from helpers.progress import wait_for_server
from helpers.reaching import wait_for_port
from helpers.servers import server_ports
from helpers.ssh import fits, public_key


def choices(conn: Connection, wanted: ModuleType, **chosen: Any) -> dict[str, Any]:
    """Return the first flavor, image and network that meet the requirements, as create_server takes them.

    Args:
        conn: The connection to the cloud.
        wanted: The requirements: the module wanted.py beside the notebooks.
        chosen: What is chosen already, such as network. It is returned with the others.

    Raises:
        CourseError: Nothing on this cloud meets them.
    """
    uploaded: list[Any] = conn.list_images()
    found = {
        "flavor": filter_flavors(conn.list_flavors(), wanted.VCPUS, wanted.MAX_RAM, wanted.MAX_DISK),
        "image": filter_images(uploaded, distro=wanted.DISTRO, version=wanted.VERSION),
        "network": filter_networks(conn.list_networks(), name=wanted.NETWORK),
    }
    looked_for = {kind: resources for kind, resources in found.items() if kind not in chosen}
    require(**looked_for)
    return {kind: resources[0] for kind, resources in looked_for.items()} | chosen


def ensure_server(conn: Connection, name: str, wanted: ModuleType, **options: Any) -> Server:
    """Return the course's server of that name, ACTIVE; create it where there is none.

    Args:
        conn: The connection to the cloud.
        name: Its name. A server of somebody else that is called the same does not count.
        wanted: The requirements: the module wanted.py beside the notebooks.
        options: What else create_server is to have, such as key_name.

    Raises:
        CourseError: Nothing meets the requirements, or the server does not become ACTIVE.
    """
    found: list[Any] = filter_marked(conn.list_servers(), name)
    if found:
        return wait_for_server(conn, found[0])
    order = choices(conn, wanted, **{"auto_ip": False, "meta": {"course": MARK}} | options)
    return wait_for_server(conn, conn.create_server(name=name, **order))


def ensure_floating_ip(conn: Connection, server: Server) -> FloatingIP:
    """Return the floating IP of a server, once the server shows it.

    Where it has none, attach a spare one of the course; where there is none of that either, borrow one.

    Raises:
        CourseError: The cloud has no external network, or the server no port.
    """
    addresses = list(conn.network.ips())
    if not (ports := [port.id for port in server_ports(conn, server)]):
        raise CourseError(f"{server.name} is there no more, or is on no network. Run the notebook from the top.")
    if not (found := [address for address in addresses if address.port_id in ports]):
        # The one that conn.create_floating_ip() takes.
        external = conn.get_external_ipv4_floating_networks()
        require(external_network=external)
        spare = [a for a in filter_marked(addresses) if not a.port_id and a.floating_network_id == external[0].id]
        spare = spare or [conn.network.create_ip(floating_network_id=external[0].id, description=MARK)]
        # Not conn.add_ip_list(): for a moment, Nova still shows what was detached, and that call then does nothing.
        found = [conn.network.update_ip(spare[0].id, port_id=ports[0])]
    shown = found[0].floating_ip_address
    for _ in iterate_timeout(60, f"{server.name} does not show its address {shown}.", wait=0.5):
        if shown in [
            address["addr"] for ips in conn.compute.get_server(server.id).addresses.values() for address in ips
        ]:
            break
    return conn.network.get_ip(found[0].id)


def ensure_security_group(conn: Connection, name: str, ports: tuple[int, ...]) -> SecurityGroup:
    """Return the course's security group of that name, with a rule for each of these TCP ports from anywhere."""
    found = filter_marked(conn.network.security_groups(), name)
    group = found[0] if found else conn.network.create_security_group(name=name, description=MARK)
    tcp = {"direction": "ingress", "ether_type": "IPv4", "protocol": "tcp"}
    rules = conn.network.security_group_rules(security_group_id=group.id, **tcp)
    anywhere = [rule for rule in rules if not rule.remote_group_id and rule.remote_ip_prefix in (None, "0.0.0.0/0")]
    for port in sorted(set(ports) - {rule.port_range_min for rule in anywhere}):
        conn.create_security_group_rule(group.id, protocol="tcp", port_range_min=port, port_range_max=port)
    return conn.network.get_security_group(group.id)


def ensure_key(conn: Connection, file: Path) -> str:
    """Return the name of the course's key pair, whose private key is in a file; make both where there is no file.

    Args:
        conn: The connection to the cloud. It gets the public key where it has another one, or none.
        file: Where the private key is kept, readable for nobody else.

    Raises:
        CourseError: The file cannot be used; it is left as it is.
    """
    public = public_key(file)
    known: list[Any] = filter_marked(conn.list_keypairs(), MARK)
    if not any(fits(public, pair) for pair in known):
        conn.delete_keypair(MARK)
        key_pair = conn.create_keypair(MARK, public or None)
        if not public:
            file.unlink(missing_ok=True)
            with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
                stream.write(key_pair.private_key)
    return MARK


def ensure_web_server(conn: Connection, wanted: ModuleType, key: Path, user_data: str) -> Server:
    """Return the course's server "web_server": with key pair, group, floating IP, and a page at port 80.

    Args:
        conn: The connection to the cloud.
        wanted: The requirements: the module wanted.py beside the notebooks.
        key: The file with the private key.
        user_data: What a new server is to do when it boots for the first time.

    Raises:
        CourseError: The page does not come; the message names the likely reasons.
    """
    group = ensure_security_group(conn, "web", ports=(22, 80))
    server = ensure_server(
        conn, "web_server", wanted, key_name=ensure_key(conn, key), security_groups=[group.id], userdata=user_data
    )
    address = ensure_floating_ip(conn, server)
    try:
        wait_for_port(address.floating_ip_address, 80, timeout=300)
    except CourseError as error:
        call = f"conn.delete_server({server.id!r}, wait=True)"
        raise CourseError(f"{error} To have it made anew, run {call}, and then this cell again.") from error
    reached: Any = conn.get_server(server.id)
    return reached

"""Find what the course has made, or make it: the blocks that the notebooks spell out once, and need again."""

import os
from pathlib import Path
from types import ModuleType
from typing import Any

from openstack.compute.v2.server import Server
from openstack.connection import Connection
from openstack.network.v2.floating_ip import FloatingIP
from openstack.network.v2.security_group import SecurityGroup

from helpers.errors import require
from helpers.filters import MARK, filter_flavors, filter_images, filter_marked, filter_networks
from helpers.progress import wait_for_server
from helpers.reaching import wait_for_port


def choices(conn: Connection, wanted: ModuleType) -> dict[str, Any]:
    """Return the first flavor, image and network that meet the requirements, as create_server takes them.

    Args:
        conn: The connection to the cloud.
        wanted: The requirements: the module wanted.py beside the notebooks.

    Raises:
        CourseError: Nothing on this cloud meets them.
    """
    flavors = filter_flavors(conn.list_flavors(), wanted.VCPUS, wanted.MAX_RAM, wanted.MAX_DISK)
    images = filter_images(conn.list_images(), distro=wanted.DISTRO, version=wanted.VERSION)
    networks = filter_networks(conn.list_networks(), name=wanted.NETWORK)
    require(flavor=flavors, image=images, network=networks)
    return {"flavor": flavors[0], "image": images[0], "network": networks[0]}


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
    found = filter_marked(conn.list_servers(), name)
    mark = {"course": MARK}
    server = (
        found[0]
        if found
        else conn.create_server(name=name, auto_ip=False, meta=mark, **(choices(conn, wanted) | options))
    )
    return wait_for_server(conn, server)


def ensure_floating_ip(conn: Connection, server: Server) -> FloatingIP:
    """Return the floating IP of a server; attach one of the course, or a new one, where it has none.

    Raises:
        CourseError: The cloud has no external network.
    """
    addresses = conn.list_floating_ips()
    ports = {port.id for port in conn.list_ports({"device_id": server.id})}
    if attached := [address for address in addresses if address.port_id in ports]:
        return attached[0]
    if not (spare := [address for address in filter_marked(addresses) if not address.port_id]):
        external = filter_networks(conn.list_networks(), external=True)
        require(external_network=external)
        spare = [conn.network.create_ip(floating_network_id=external[0].id, description=MARK)]
    conn.add_ip_list(server, [spare[0].floating_ip_address], wait=True)
    return conn.get_floating_ip(spare[0].id)


def ensure_security_group(conn: Connection, name: str, ports: tuple[int, ...]) -> SecurityGroup:
    """Return the course's security group of that name, with a rule for each of these TCP ports from anywhere."""
    found = filter_marked(conn.list_security_groups(), name)
    group = found[0] if found else conn.network.create_security_group(name=name, description=MARK)
    rules = [rule for rule in group.security_group_rules if rule["direction"] == "ingress"]
    for port in set(ports) - {rule["port_range_min"] for rule in rules}:
        conn.create_security_group_rule(group.id, protocol="tcp", port_range_min=port, port_range_max=port)
    return conn.get_security_group_by_id(group.id)


def ensure_key(conn: Connection, file: Path) -> str:
    """Return the name of the course's key pair; make it anew where the file with its private key is gone.

    Args:
        conn: The connection to the cloud.
        file: Where the private key is kept, readable for nobody else.
    """
    if not (file.exists() and filter_marked(conn.list_keypairs(), MARK)):
        conn.delete_keypair(MARK)
        file.unlink(missing_ok=True)
        key_pair = conn.create_keypair(MARK)
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
    """
    group = ensure_security_group(conn, "web", ports=(22, 80))
    server = ensure_server(
        conn, "web_server", wanted, key_name=ensure_key(conn, key), security_groups=[group.id], userdata=user_data
    )
    address = ensure_floating_ip(conn, server)
    wait_for_port(address.floating_ip_address, 80, timeout=300)
    return conn.get_server(server.id)

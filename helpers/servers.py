"""What belongs to a server, and has to be asked for."""

from openstack.compute.v2.flavor import Flavor
from openstack.compute.v2.server import Server
from openstack.connection import Connection
from openstack.network.v2.floating_ip import FloatingIP
from openstack.network.v2.port import Port
from openstack.resource import Resource


def server_ports(conn: Connection, server: Server) -> list[Port]:
    """Return a server's ports on its networks; a floating IP is attached to one of them."""
    return conn.list_ports({"device_id": server.id})


def has_port(conn: Connection, server: Server, port_id: str | None) -> bool:
    """Tell whether a port is one of a server's; the port_id of a floating IP says to which one it is attached."""
    return port_id in [port.id for port in server_ports(conn, server)]


def server_addresses(conn: Connection, server: Server) -> list[FloatingIP]:
    """Return the floating IPs that are attached to a server, as Neutron says."""
    ports = [port.id for port in server_ports(conn, server)]
    return [address for address in conn.network.ips() if address.port_id in ports]


def server_groups(conn: Connection, server: Server) -> set[str]:
    """Return the ids of the security groups of a server's ports."""
    return {group for port in server_ports(conn, server) for group in port.security_group_ids}


def server_flavor(conn: Connection, server: Resource) -> Flavor:
    """Return a server's flavor with its size, which clouds before Nova's microversion 2.47 do not tell with it."""
    return server.flavor if server.flavor.vcpus else conn.get_flavor_by_id(server.flavor.id)

"""What belongs to a server, and has to be asked for."""

from openstack.compute.v2.flavor import Flavor
from openstack.compute.v2.server import Server
from openstack.connection import Connection
from openstack.network.v2.port import Port
from openstack.resource import Resource


def server_ports(conn: Connection, server: Server) -> list[Port]:
    """Return a server's ports on its networks; a floating IP is attached to one of them."""
    return conn.list_ports({"device_id": server.id})


def has_port(conn: Connection, server: Server, port_id: str | None) -> bool:
    """Tell whether a port is one of a server's; the port_id of a floating IP says to which one it is attached."""
    return port_id in [port.id for port in server_ports(conn, server)]


def server_flavor(conn: Connection, server: Resource) -> Flavor:
    """Return a server's flavor with its size, which clouds before Nova's microversion 2.47 do not tell with it."""
    return server.flavor if server.flavor.vcpus else conn.get_flavor_by_id(server.flavor.id)

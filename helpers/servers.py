"""Look up what belongs to a server, which its own attributes do not show: network ports, floating IPs, addresses."""

from typing import Any

from openstack.compute.v2.server import Server
from openstack.connection import Connection
from openstack.image.v2.image import Image
from openstack.network.v2.floating_ip import FloatingIP
from openstack.network.v2.port import Port

from helpers.errors import CourseError


def server_ports(conn: Connection, server: Server) -> list[Port]:
    """Return a server's network ports; a floating IP is attached to one of them."""
    return conn.list_ports({"device_id": server.id})


def has_port(conn: Connection, server: Server, port_id: str | None) -> bool:
    """Return whether a network port, such as that of a floating IP, belongs to a server."""
    return port_id in [port.id for port in server_ports(conn, server)]


def server_floating_ips(conn: Connection, server: Server) -> list[FloatingIP]:
    """Return the floating IPs that Neutron has attached to a server; the server itself may not show them yet."""
    ports = [port.id for port in server_ports(conn, server)]
    return [address for address in conn.network.ips() if address.port_id in ports]


def server_security_groups(conn: Connection, server: Server) -> set[str]:
    """Return the ids of the security groups of a server's network ports."""
    return {group for port in server_ports(conn, server) for group in port.security_group_ids}


def server_image(conn: Connection, server: Server) -> Image:
    """Return the image that a server was created from.

    A server that boots from a volume does not show its image, but the volume does.

    Args:
        conn: The connection to the server's cloud.
        server: The server.

    Raises:
        CourseError: The cloud no longer has the image.

    Example: conn.compute.rebuild_server(server, server_image(conn, server))
    """
    ids = [server.image.id] if server.image else []
    for attached in [] if ids else server.attached_volumes:
        volume: Any = conn.get_volume_by_id(attached["id"])
        ids += [volume.volume_image_metadata["image_id"]] if volume.is_bootable else []
    image: Any = conn.image.find_image(ids[0]) if ids else None
    if not image:
        raise CourseError(f"The image of {server.name} no longer exists. Delete the server, and create it again.")
    return image


def shown_addresses(server: Server) -> list[str]:
    """Return the addresses that a server shows, floating IPs among them."""
    return [address["addr"] for addresses in server.addresses.values() for address in addresses]

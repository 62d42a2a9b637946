"""Checks of notebooks 04 and 05: a server and its address."""

from typing import Any

from openstack.compute.v2.server import Server
from openstack.connection import Connection

from helpers.filters import filter_marked


def owner(_: Any, conn: Connection, server: Server) -> str | None:
    """A second note in the server's metadata."""
    if not (now := conn.get_server(server.id)):
        return "The server is there no more. Run the notebook from the top: it makes a new one."
    if "owner" in now.metadata:
        return None
    return "The server has no owner (in small letters) in its metadata. Look at conn.set_server_metadata."


def external_network(answer: Any, conn: Connection) -> str | None:
    """The name of the network that the floating IP is from."""
    address = filter_marked(conn.list_floating_ips())[0]
    if answer == conn.get_network_by_id(address.floating_network_id).name:
        return None
    return "The floating IP knows the id of that network: print it. conn.get_network_by_id() does the rest."

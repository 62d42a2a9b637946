"""Checks of notebooks 04 and 05: a server and its address."""

from types import ModuleType
from typing import Any

from openstack.compute.v2.server import Server
from openstack.connection import Connection
from openstack.network.v2.floating_ip import FloatingIP
from openstack.network.v2.security_group import SecurityGroup

from helpers.exercises.comparing import compare, gone, meant, without_the_mark
from helpers.filters import filter_images, filter_marked
from helpers.servers import has_port, server_addresses, server_flavor


def owner(_: Any, conn: Connection, server: Server) -> str | None:
    """A second note in the server's metadata."""
    if not (now := conn.get_server(server.id)):
        return gone("server")
    if now.metadata.get("owner"):
        return None
    if "owner" in map(str.lower, now.metadata):
        return "There is such a key, but it is to be owner, in small letters, and with a value."
    if "owner" in server.metadata:
        return "You have written the note on your copy. Send it to the cloud, with conn.set_server_metadata."
    return "The server has no owner (in small letters) in its metadata. Look at conn.set_server_metadata."


def second_server(answer: Any, conn: Connection, wanted: ModuleType) -> str | None:
    """A server made like the first one: marked, of its size and image, ACTIVE, and without a public address."""
    servers = conn.list_servers()
    if not (first := filter_marked(servers, "my_server")):
        return gone("first server")
    named = [server for server in servers if server.name == "second_server"]
    if not named:
        return "There is no second_server on the cloud."
    if not (found := filter_marked(named)):
        return (
            "There is a second_server without the course's mark, and clean_up would leave it. If it is yours, put the "
            "mark on it: conn.set_server_metadata. It is a note like any other, so each letter counts."
        )
    if lost := without_the_mark(conn, named):
        return (
            "There is another one that you have made without the mark, and clean_up would leave it. Delete it: "
            f"conn.delete_server({lost[0].id!r})."
        )
    if len(found) > 1:
        return f"There are {len(found)} of them, and one is enough. Delete the others by their ids."
    server: Any = found[0]
    if server_flavor(conn, server).id != server_flavor(conn, first[0]).id:
        return "Its flavor is another one than that of my_server. Delete it, and take the same."
    images: Any = conn.list_images()
    fitting = filter_images(images, distro=wanted.DISTRO, version=wanted.VERSION)
    # A server that boots from a volume does not tell its image.
    if server.image and server.image.id not in [image.id for image in fitting]:
        return "Its image is another one than that of my_server. Delete it, and take the same."
    if borrowed := server_addresses(conn, server):
        address = borrowed[0]
        return (
            f"It has the public address {address.floating_ip_address}, which it took unasked. Give it back "
            f"with conn.delete_floating_ip({address.id!r}) or, if you had it before, detach it with "
            f"conn.detach_ip_from_server({server.id!r}, {address.id!r}). The next time, say auto_ip=False, to "
            "conn.wait_for_server() as well."
        )
    if server.status != "ACTIVE":
        return f"It is {server.status}. Wait until it is ACTIVE, as for the first."
    return None if meant(answer, [server]) else "On the cloud, all is as it is to be. Put that server into answer, too."


def delete_it(_: Any, conn: Connection) -> str | None:
    """The second server is gone, and the first one is not."""
    servers = conn.list_servers()
    if not filter_marked(servers, "my_server"):
        return "my_server is gone, and it was to stay. Run the notebook from the top: it makes a new one."
    if found := filter_marked(servers, "second_server"):
        if not found[0].task_state:
            return "second_server is still there. Give the call its id: where it returns False, it has found nothing."
        return f"There is still a second_server ({found[0].task_state}). Deleting takes a moment."
    return None


def external_network(answer: Any, conn: Connection, floating_ip: FloatingIP) -> str | None:
    """The name of the network that the floating IP is from."""
    network = conn.get_network_by_id(floating_ip.floating_network_id)
    if answer == network.name:
        return None
    if network.id in (answer, getattr(answer, "id", None)):
        return "That is the right network. The task asks for its name."
    return "The floating IP knows the id of that network: print it. conn.get_network_by_id() does the rest."


def detach(_: Any, conn: Connection, server: Server, floating_ip: FloatingIP) -> str | None:
    """The floating IP and the server are there, and no server has the floating IP."""
    if not conn.get_server(server.id):
        return gone("server")
    if not (now := conn.get_floating_ip(floating_ip.id)):
        return "You have given it back, and it was to stay yours. Run the notebook from the top: it borrows another."
    return "The cloud says that it is attached. The call takes two ids: the server's first." if now.port_id else None


def attach_again(_: Any, conn: Connection, server: Server, floating_ip: FloatingIP) -> str | None:
    """The floating IP is at the server's port."""
    if not conn.get_server(server.id):
        return gone("server")
    if not (now := conn.get_floating_ip(floating_ip.id)):
        return gone("address")
    if has_port(conn, server, now.port_id):
        return None
    if now.port_id:
        return "It is attached, but not to my_server. Detach it, and mind which server you give to the call."
    if others := server_addresses(conn, server):
        return (
            f"my_server has another address by now, {others[0].floating_ip_address}. Detach that one: "
            f"conn.detach_ip_from_server({server.id!r}, {others[0].id!r}); if you have just borrowed it, give it back."
        )
    return (
        "No server has it. A call that gets an old object can find that there is nothing to do: ask for the server "
        "again, and look whether it still shows the address."
    )


def other_rules(answer: Any, conn: Connection, group: SecurityGroup) -> str | None:
    """The rules that a group has before anybody adds one for port 80."""
    rules: list[Any] = list(conn.network.security_group_rules(security_group_id=group.id))
    if not rules:
        return gone("group")
    right = [rule for rule in rules if rule.port_range_min != 80]
    return compare(answer, right, "Yours names port 80. What you have in group may be from before that rule.")

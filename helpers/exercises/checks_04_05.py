"""Checks of notebooks 04 and 05: a server and its address."""

from helpers.exercises.matching import gone_hint, resolve_id, unmarked_of_learner
from helpers.filters import filter_marked, filter_wanted_images
from helpers.servers import has_port, server_floating_ips, server_image


def owner(_, conn, server):  # A second note in the server's metadata
    now = conn.get_server(server.id)
    yield not now and gone_hint("server")
    if not now.metadata.get("owner"):
        yield "owner" in map(str.lower, now.metadata) and "The key must be owner, in lower case, and have a value."
        yield "owner" in server.metadata and "Only your copy has it. Send it to the cloud: conn.set_server_metadata()."
        yield "The server has no owner (in lower case) in its metadata. Look at conn.set_server_metadata."


def second_server(answer, conn, wanted):
    """A server made like the first one: marked, of its size and image, ACTIVE, and without a floating IP."""
    servers = conn.list_servers()
    first, named = filter_marked(servers, "my_server"), [one for one in servers if one.name == "second_server"]
    yield not first and gone_hint("first server")
    yield not named and "There is no second_server on the cloud."
    found = filter_marked(named)
    hint = "so clean_up would not delete it. If it is yours, use conn.set_server_metadata(): every letter matters."
    yield not found and f"second_server lacks the course's mark, {hint}"
    # One that is older than the first server has nothing to do with the course.
    for lost in (one for one in unmarked_of_learner(conn, named) if one.created_at > first[0].created_at):
        call = f"conn.delete_server({lost.id!r})"
        yield f"Another one of yours lacks the mark, so clean_up would not delete it. Call {call}."
    yield len(found) > 1 and f"You need only one second_server, but there are {len(found)}. Delete the others by id."
    server = found[0]
    flavor, needed = server.flavor.original_name, first[0].flavor.original_name
    yield flavor != needed and "second_server must have the flavor of my_server. Delete it, and create it again."
    other = not filter_wanted_images([server_image(conn, server)], wanted)
    yield other and "second_server must have the same image as my_server. Delete it, and create it again."
    for address in server_floating_ips(conn, server):
        detach = f"conn.detach_ip_from_server({server.id!r}, {address.id!r})"
        release = f"conn.delete_floating_ip({address.id!r})"
        hint = f"Release it with {release} or, if you had it before, call {detach}. Next time, pass auto_ip=False."
        yield f"second_server was given the floating IP {address.floating_ip_address} automatically. {hint}"
    yield server.status != "ACTIVE" and f"It is {server.status}. Wait until it is ACTIVE, as with my_server."
    yield not resolve_id(answer, [server]) and "The server is right. Now assign it to answer."


def delete_it(_, conn):  # The second server is gone, and the first one is not
    servers = conn.list_servers()
    yield not filter_marked(servers, "my_server") and f"my_server should have stayed. {gone_hint('server')}"
    for server in filter_marked(servers, "second_server"):
        yield (
            not server.task_state and "second_server still exists. Pass its id, or run this check again after a moment."
        )
        yield f"second_server still exists ({server.task_state}). Deleting takes a moment."


def external_network(answer, conn, floating_ip):  # The name of the network that the floating IP comes from
    network = conn.get_network_by_id(floating_ip.floating_network_id)
    right = network.id in (answer, getattr(answer, "id", None))
    yield right and "That is the right network. The task asks for its name."
    yield answer != network.name and "The floating IP has the id of that network. Try conn.get_network_by_id()."


def detach(_, conn, server, floating_ip):  # The floating IP and the server exist, and no server has the floating IP
    yield not conn.get_server(server.id) and gone_hint("server")
    now = conn.get_floating_ip(floating_ip.id)
    yield not now and f"You have released it, but it should have stayed yours. {gone_hint('floating IP')}"
    yield now.port_id and "The cloud says that it is still attached. The call takes two ids: the server's first."


def attach_again(_, conn, server, floating_ip):  # The floating IP is attached to the server's port
    yield not conn.get_server(server.id) and gone_hint("server")
    now = conn.get_floating_ip(floating_ip.id)
    yield not now and gone_hint("floating IP")
    if not has_port(conn, server, now.port_id):
        yield now.port_id and "It is attached, but not to my_server. Detach it, and check which server you pass."
        for other in server_floating_ips(conn, server):
            call = f"conn.detach_ip_from_server({server.id!r}, {other.id!r})"
            yield f"my_server has {other.floating_ip_address} now. Call {call}, and release it if it is new."
        hint = "get the server again. Does it still show the address?"
        yield f"No server has it. Your object may be too old for the call: {hint}"

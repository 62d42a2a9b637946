"""Checks of notebooks 06 to 08: requests, errors, costs."""

import math
import uuid
from numbers import Real
from typing import Any
from unittest import mock

from openstack import exceptions
from openstack.compute.v2.server import Server
from openstack.connection import Connection
from openstack.network.v2.network import Network

from helpers.exercises.comparing import NUMBER, compare
from helpers.filters import MARK, filter_marked

_FUNCTION = "Put the function itself into answer: its name, without brackets behind it and without quotes."


def status_of_the_order(answer: Any) -> str | None:
    """The status of the answer to the POST that create_server sends."""
    if isinstance(answer, str):
        return NUMBER
    if answer == 200:
        return "That one answers a GET. Look for the answer that follows the request with -X POST."
    return None if answer == 202 else "It stands in brackets, in the first line that begins with RESP: after the POST."


def requests_by_name(answer: Any, conn: Connection) -> str | None:
    """How many requests get_server makes for the name of a server that there is not."""
    with mock.patch.object(conn.session, "request", wraps=conn.session.request) as request:
        conn.get_server("no_such_server")
    if isinstance(answer, str):
        return NUMBER
    if isinstance(answer, list):
        return "The task asks for a number: len() of what sent() returns."
    if answer == request.call_count:
        return None
    return "Take a new log, watch it, make this one call, watch None, and count what sent(log) returns."


def delete_request(answer: Any, conn: Connection, server: Server) -> str | None:
    """The method and the path of the request that deletes a server, once it was made."""
    words = answer.split() if isinstance(answer, str) else answer
    if not isinstance(words, list | tuple) or [type(word) for word in words] != [str, str]:
        return (
            "One request is asked for: a method and a path, as in a row of what sent() returns. If none deletes, the "
            "server was gone already: run the cells from the order on again."
        )
    method, path = words
    if method.upper() != "DELETE":
        return "That request does not delete. It is another one of those that the call sends."
    if not path.endswith(f"servers/{server.id}"):
        return "The path says what is deleted: it ends in the server's id."
    there = conn.compute.find_server(server.id)
    # For a moment, one that is deleted has no task any more, and is still found.
    if there and there.task_state != "deleting" and there.status != "DELETED":
        return "That is the request, but the server is still there: make the call, and watch it."
    return None


def exception(answer: Any) -> str | None:
    """The class of what create_server raises without an image and a flavor."""
    if answer is exceptions.BadRequestException:
        return None
    if isinstance(answer, exceptions.BadRequestException):
        return "That is the exception itself. The task asks for its class: type() tells it."
    if isinstance(answer, str) and "BadRequestException" in answer:
        return "It is that one, but text. Put the class into answer, without quotes."
    return "Make the call in a try, catch SDKException as error, and ask for type(error)."


def how_many_subnets(answer: Any, conn: Connection) -> str | None:
    """A function that tells how many subnets a network of some name has, if there is one."""
    if not callable(answer):
        return _FUNCTION
    with_two: Any = conn.network.create_network(name=f"{MARK}-check", description=MARK)
    name = with_two.name
    try:
        for cidr in ("10.97.0.0/24", "10.97.1.0/24"):
            conn.create_subnet(with_two.id, cidr=cidr, description=MARK)
        networks = conn.list_networks()
        names = [network.name for network in networks]
        known = [(n.name, len(n.subnet_ids or ())) for n in networks if names.count(n.name) == 1]
        for name, right in [("no_such_network", 0), *known[:3], (with_two.name, 2)]:
            said = answer(name)
            if said != right:
                return f"With the name {name!r} it returns {said!r}, and not {right}."
    except Exception as error:
        return f"With the name {name!r} it raises {type(error).__name__}: {error}."
    finally:
        conn.delete_network(with_two.id)
    return None


def mended_subnet(_: Any, conn: Connection, network: Network) -> str | None:
    """A subnet that was ordered with three mistakes."""
    if network.id not in [there.id for there in conn.list_networks()]:
        return "These twins are there no more. Run the cell that makes them again, and then your call."
    found = [subnet for subnet in conn.list_subnets() if subnet.network_id == network.id]
    if not found:
        return (
            "That network has no subnet yet. Run your call: the error names the next mistake. The call takes the "
            "network's id; an object will not do, and the name is there twice."
        )
    if str(found[0].cidr) != "10.99.0.0/24":
        return (
            f"Its subnet is {found[0].cidr}. Delete it with conn.delete_subnet('{found[0].id}'), and take the one "
            "that is asked for."
        )
    if not filter_marked(found):
        return (
            "Its subnet has no description, so that nobody finds it. Delete it with "
            f"conn.delete_subnet('{found[0].id}'), and make it again with the description."
        )
    return None


def ensure_network(answer: Any, conn: Connection) -> str | None:
    """A function that returns the course's network of some name, and makes it where there is none."""
    if not callable(answer):
        return _FUNCTION
    before = {network.id for network in conn.list_networks()}
    # A name that no function can know.
    name = f"check-{uuid.uuid4().hex[:6]}"
    try:
        of_somebody_else = conn.create_network(name)
        said = [answer(name), answer(name)]
        there: list[Any] = conn.list_networks()
    except Exception as error:
        return f"Called twice with the name {name!r}, it raises {type(error).__name__}: {error}."
    finally:
        for network in conn.list_networks():
            if network.name == name:
                conn.delete_network(network.id)
    new = [network for network in there if network.id not in before | {of_somebody_else.id}]
    return _returned(said, of_somebody_else, new) or (
        None
        if {getattr(one, "id", None) for one in said} <= {network.id for network in filter_marked(there, name)}
        else "What it returns is not a network with that name and the mark of the course."
    )


def _returned(said: list[Any], of_somebody_else: Network, new: list[Any]) -> str | None:
    """Say what is wrong with what ensure_network() returned in two calls, or with the networks that it made."""
    if None in said:
        return "It returns None. A function needs return, in both cases."
    if any(isinstance(one, str) for one in said):
        return "It returns a text, such as an id, and not the network itself."
    if any(isinstance(one, list | tuple) for one in said):
        return "It returns a list, and not a network: filter_marked finds a list, of which the network is the first."
    if of_somebody_else.id in [getattr(one, "id", None) for one in said]:
        return "Where a network with that name has no mark, it returns that one: somebody else's."
    if len(filter_marked(new)) < len(new):
        return "What it makes has no mark, so that the next call does not find it."
    return "Called twice, it makes two networks. Look first whether there is one." if len(new) > 1 else None


def idle_addresses(answer: Any, conn: Connection) -> str | None:
    """The floating IPs of the project that nothing uses."""
    right: list[Any] = [address for address in conn.list_floating_ips() if not address.port_id]
    return compare(answer, right, "An address that something uses has the id of a port. What do the others have there?")


def cost_of_addresses(answer: Any, price: float) -> str | None:
    """What 30 addresses cost in 31 days, in EUR, at a price in EUR an hour."""
    if not isinstance(answer, Real):
        return "The task asks for a number, without the unit, and without quotes."
    right = 30 * 31 * 24 * price
    if any(math.isclose(answer, value) for value in (right, *(round(right, digits) for digits in range(4)))):
        return None
    return "The price is for one address and one hour. How many hours are there, and how many addresses?"


def given_back(_: Any, conn: Connection, others: list[str]) -> str | None:
    """No floating IP with the mark is left, and all others are."""
    there: list[Any] = list(conn.list_floating_ips())
    if lost := set(others) - {address.id for address in there}:
        return (
            f"{len(lost)} without the mark went, too. Somebody may need an address that is not the course's. Run the "
            "cell that makes others again, and then this one."
        )
    left = len(filter_marked(there))
    return (
        f"{left} with the mark left. Go through conn.list_floating_ips(), and mind the description." if left else None
    )

"""Checks of notebooks 06 to 08: requests, errors, costs."""

import math
import uuid
from numbers import Real
from unittest import mock

from openstack import exceptions

from helpers.exercises.matching import diff, unless_number
from helpers.filters import MARK, filter_marked

_TWINS = "The twins no longer exist. Run the cell that creates them again, and then your call."
_FUNCTION = "Put the function itself into answer: its name, without parentheses and without quotes."


def status_of_the_request(answer):  # The status of the answer to the POST that create_server sends
    yield unless_number(answer)
    yield answer == 200 and "That one answers a GET. Find the answer to the request with -X POST."
    yield answer != 202 and "It is in brackets, in the first line that begins with RESP after the POST."


def requests_by_name(answer, conn):  # How many requests get_server makes for the name of a server that does not exist
    with mock.patch.object(conn.session, "request", wraps=conn.session.request) as request:
        conn.get_server("no_such_server")
    yield isinstance(answer, list) and "The task asks for a number: len() of what sent() returns."
    yield unless_number(answer)
    hint = "Make a new log, call watch(log), make this one call, call watch(None), and count what sent(log) returns."
    yield answer != request.call_count and hint


def delete_request(answer, conn, server):
    """The method and the path of the request that deletes a server, after it was sent."""
    words = answer.split() if isinstance(answer, str) else answer
    other = not isinstance(words, list | tuple) or [type(word) for word in words] != [str, str]
    yield other and "Give a method and a path, as in a row of sent(log). If no row fits, create the server again."
    method, path = words
    yield method.upper() != "DELETE" and "That request deletes nothing. The call also sends other requests."
    yield not path.endswith(f"servers/{server.id}") and "The path must end with the id of the server that it deletes."
    # For a moment, a deleted server has no task any more, and is still found.
    there = conn.compute.find_server(server.id)
    left = there and there.task_state != "deleting" and there.status != "DELETED"
    yield left and "That is the request, but the server still exists: make the call, and watch it."


def exception(answer):  # The class of what create_server raises without an image and a flavor
    right = exceptions.BadRequestException
    yield isinstance(answer, right) and "That is the exception itself. The task asks for its class: use type()."
    text = isinstance(answer, str) and right.__name__ in answer
    yield text and "That is its name, as text. Put the class itself into answer, without quotes."
    yield answer is not right and "Make the call in a try block, catch SDKException as error, and look at type(error)."


def how_many_subnets(answer, conn):
    """A function that returns how many subnets a network of some name has, and 0 if there is no such network."""
    yield not callable(answer) and _FUNCTION
    with_two = conn.network.create_network(name=f"{MARK}-check", description=MARK)
    name = with_two.name
    try:
        for cidr in ("10.97.0.0/24", "10.97.1.0/24"):
            conn.create_subnet(with_two.id, cidr=cidr, description=MARK)
        networks = conn.list_networks()
        names = [network.name for network in networks]
        known = [(n.name, len(n.subnet_ids or ())) for n in networks if names.count(n.name) == 1]
        for name, right in [("no_such_network", 0), *known[:3], (with_two.name, 2)]:
            result = answer(name)
            yield result != right and f"With the name {name!r}, it returns {result!r} instead of {right}."
    except Exception as error:
        yield f"With the name {name!r}, it raises {type(error).__name__}: {error}."
    finally:
        conn.delete_network(with_two.id)


def mended_subnet(_, conn, network):  # A subnet that was requested with three mistakes
    yield network.id not in [one.id for one in conn.list_networks()] and _TWINS
    found = [subnet for subnet in conn.list_subnets() if subnet.network_id == network.id]
    hint = "Run your call: the error names the next mistake. Pass the network's id: two networks have that name."
    yield not found and f"The network has no subnet yet. {hint}"
    delete = f"Delete it with conn.delete_subnet({found[0].id!r}), and"
    yield str(found[0].cidr) != "10.99.0.0/24" and f"Its subnet is {found[0].cidr}. {delete} use the task's range."
    yield not filter_marked(found) and f"Its subnet has no description. {delete} create it again with the description."


def ensure_network(answer, conn):
    """A function that returns the course's network with a given name, and creates it if it does not exist."""
    yield not callable(answer) and _FUNCTION
    before = {network.id for network in conn.list_networks()}
    # A name that no function can know.
    name = f"check-{uuid.uuid4().hex[:6]}"
    try:
        foreign = conn.create_network(name)
        results = [answer(name), answer(name)]
        there = conn.list_networks()
        new = [network for network in there if network.id not in before | {foreign.id}]
        ids = {getattr(one, "id", None) for one in results}
        yield None in results and "It returns None. It needs a return statement in both cases."
        yield any(isinstance(one, str) for one in results) and "It returns text, such as an id, not the network itself."
        in_list = any(isinstance(one, list | tuple) for one in results)
        yield in_list and "It returns a list. filter_marked() returns one, too: take its first network."
        yield foreign.id in ids and "It returns somebody else's network, which has that name, but not the mark."
        yield len(filter_marked(new)) < len(new) and "It creates a network without the mark, and so cannot find it."
        yield len(new) > 1 and "Called twice, it creates two networks. Check first whether there is one already."
        wrong = not ids <= {network.id for network in filter_marked(there, name)}
        yield wrong and "It does not return a network with that name and the course's mark."
    except Exception as error:
        yield f"Called twice with the name {name!r}, it raises {type(error).__name__}: {error}."
    finally:
        for network in conn.list_networks():
            if network.name == name:
                conn.delete_network(network.id)


def idle_addresses(answer, conn):  # The floating IPs of the project that nothing uses
    right = [address for address in conn.list_floating_ips() if not address.port_id]
    yield from diff(answer, right, "An address in use has the id of a network port. What do the others have there?")


def cost_of_addresses(answer, price):  # The cost of 30 addresses in 31 days, in EUR, at a price in EUR per hour
    yield not isinstance(answer, Real) and "The task asks for a number, without the unit, and without quotes."
    right = 30 * 31 * 24 * price
    close = any(math.isclose(answer, value) for value in (right, *(round(right, digits) for digits in range(4))))
    yield not close and "The price is for one address and one hour. How many hours are there, and how many addresses?"


def given_back(_, conn, others):  # No floating IP with the mark is left, and all others are
    there = conn.list_floating_ips()
    lost, left = len(set(others) - {address.id for address in there}), len(filter_marked(there))
    again = "Rerun the cell that sets others, then this one."
    yield lost and f"Floating IPs without the mark were deleted, too ({lost}), and somebody may need them. {again}"
    loop = "Loop over conn.list_floating_ips(), and compare the description."
    yield left and f"Floating IPs with the mark are left: {left}. {loop}"

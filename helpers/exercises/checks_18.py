"""Checks of notebook 18: what a call returns that nobody would guess."""

from helpers.exercises.matching import gone_hint, unless_number


def misspelt_filter(answer, conn):  # How many networks a filter returns that the SDK does not know
    yield unless_number(answer)
    wrong = answer != len(list(conn.network.networks()))
    yield wrong and answer == 0 and "A network is left out only if it differs from a filter. Does the SDK compare here?"
    yield wrong and "Run the call from the task, and count what it returns."


def two_names(answer, flavor):  # A flavor's new name as an attribute, and its old name in a dictionary
    yield (not isinstance(answer, tuple | list) or len(answer) != 2) and "The answer must be two names, in a tuple."
    right = [flavor.name, dict(flavor)["name"]]
    yield list(answer) == right[::-1] and "These are the two names. Which of them did you write into the attribute?"
    yield answer[0] == answer[1] and "The two differ: the change has not reached both."
    yield list(answer) != right and "One is the name that you gave the flavor, the other the name that it had before."


def stale_address(answer, conn, server):  # The released floating IP, which Nova still has as accessIPv4
    current = conn.compute.find_server(server.id)
    yield not current and gone_hint("server")
    wrong = str(answer or "") != current.access_ipv4
    yield wrong and not answer and "Neutron knows that the address is gone. Who would have told Nova?"
    yield wrong and "It is an address that you have seen above, as text."

"""Checks of notebooks 09 to 11: log in, serve a page, find faults."""

import time
from contextlib import redirect_stdout
from io import StringIO

import requests

from helpers.connectivity import knock
from helpers.errors import CourseError
from helpers.exercises.matching import gone_hint
from helpers.security_groups import ANYWHERE, allowed_sources, obstacles, security_group_rules, why_unreachable
from helpers.servers import server_security_groups
from helpers.ssh import forget_host_key, run_over_ssh

_PATIENCE_SECONDS = 15


def own_name(answer, _, server, key, user):  # What a server calls itself
    # `answer = !ssh ...` makes a list of lines.
    answer = ("\n".join(map(str, answer)) if isinstance(answer, list) else str(answer)).strip()
    yield answer == server.name and "That is its name on the cloud. Ask the server itself: run hostname on it."
    try:
        name = _run(server, "hostname", key, user)
        yield answer != name and "The answer is what the command hostname prints on the server."
    except CourseError:
        yield "You cannot log in to the server now. Run the notebook from the top down to this task."


def stranger(answer):  # What ssh says to somebody with the wrong user name
    text = str(answer)
    yield "not accessible" in text and "ssh had no key: there is no such file. Only the user name must be wrong."
    denied, failed = "Permission denied" in text, "ssh ended" in text
    yield failed and not denied and "It failed for another reason: read the error. Only the user name must be wrong."
    yield not denied and "Catch the CourseError that run_over_ssh raises for a user name that the server does not have."


def only_you(_, conn, server, group):  # A rule for port 22 with one address as its source, and no other rule
    sources = allowed_sources(conn.network.security_group_rules(security_group_id=group.id), 22)
    yield ANYWHERE in sources and "Anybody can still connect: delete the rule that has no source (or 0.0.0.0/0)."
    wide = any(not source.endswith("/32") for source in sources)
    yield wide and "A rule allows more than one address. A single address has the prefix /32."
    yield len(sources) > 1 and f"{len(sources)} addresses may connect, but only one is yours. Delete the other rules."
    yield from _connection_hints(conn, server, 22)


def closed(_, conn, server):  # Silence at port 80 of a server that is on and has its address
    now = conn.get_server(server.id)
    yield not now and gone_hint("server")
    off = now.status != "ACTIVE" or not now.public_v4
    yield off and "It is silent because it is off or has no address. The task is only about the rule."
    groups = server_security_groups(conn, now)
    call = "conn.add_server_security_groups(server, ['web'])"
    yield not groups and f"It is silent because it has no group. The task is only about the rule. Call {call}."
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (state := knock(now.public_v4)) == "answers" and why_unreachable(conn, now, 80):
        if time.monotonic() > deadline:
            break
        time.sleep(0.5)
    yield state != "silent" and "The server still answers on port 80, so a rule allows it. Delete the rule."
    shut = not allowed_sources(security_group_rules(conn, groups), 22)
    call = "helpers.ensure_security_group(conn, 'web', ports=(22,))"
    yield shut and f"Port 22 is closed, too, but should have stayed open. Open it again: {call}."


def own_page(answer, conn, server, before):  # A word that is on the page now, and was not on those before
    yield (not isinstance(answer, str) or not answer.strip()) and "answer must be a word on your page, like your name."
    yield answer in before and "An earlier page had that, too. Use a word that only your page has."
    yield from _connection_hints(conn, server, 80)
    try:
        page = requests.get(f"http://{conn.get_server(server.id).public_v4}/", timeout=5).text
    except requests.RequestException as error:
        page = f"({error})"
    hint = "A server reads user data only at its first boot: did you rebuild it, and has it booted?"
    yield answer not in page and f"The page does not have that word. {hint}"


def open_again(_, conn, server):  # A server that answers everybody at port 80, and at no other port by the same rule
    yield from _connection_hints(conn, server, 80)
    yield (
        obstacles(conn, conn.get_server(server.id), 80)
        and "It answers you, but not everybody. Use a rule without a source."
    )
    rules = security_group_rules(conn, server_security_groups(conn, server))
    opened = [(r.port_range_min, r.port_range_max) for r in rules if ANYWHERE in allowed_sources([r], 80)]
    wide = set(opened) - {(80, 80)}
    yield wide and "It answers, but a rule opens more than port 80. Delete it: a rule can begin and end at port 80."


second_fault = fourth_fault = fifth_fault = open_again


def first_fault(_, conn, server, address):  # A server that answers at the address that people know
    if knock(address) != "answers":
        yield from _connection_hints(conn, server, 80)
        hint = "Detach and release its new address, and attach the known one (or rerun the cell that sets address)."
        yield f"It answers at another address, but people know {address}. {hint}"


def third_fault(_, conn, server, key, user):  # A server that lets the learner log in
    yield from _connection_hints(conn, server, 22)
    now = conn.get_server(server.id)
    try:
        _run(now, "whoami", key, user)
    except CourseError as error:
        built = f"with the key pair {now.key_name}" if now.key_name else "without a key pair"
        yield f"It answers, but it was built {built} and refuses your key (or is still booting). {error}"


def _connection_hints(conn, server, port):
    """Yield where to look if a server does not answer on a port, and is not about to."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while now := conn.get_server(server.id):
        state = knock(now.public_v4, port) if now.public_v4 else ""
        if state == "answers":
            return
        if not now.task_state:
            yield now.status != "ACTIVE" and "No answer. Get the server again: what is its status?"
            yield not now.public_v4 and "No answer. Get the server again: which addresses does it have now?"
            # A server without a key pair may only be booting, with its ports open.
            blocked = (port != 22 or now.key_name) and why_unreachable(conn, now, port)
            where = f"look at its security groups (who may use port {port}?), its network port and its router."
            yield blocked and f"No answer. The server is on, so {where}"
        if time.monotonic() > deadline:
            log = "Does conn.get_server_console(server) say that the user data has installed a web server?"
            yield state == "refused" and f"The connection is refused: nothing listens on port {port}. {log}"
            yield "No answer, though nothing blocks it. It may still be booting: run this cell again in a moment."
        time.sleep(0.5)
    yield gone_hint("server")


def _run(server, command, key, user):  # Run a command on a server without showing it, whatever the server's host key
    forget_host_key(server)
    with redirect_stdout(StringIO()):
        return run_over_ssh(server, command, key, user).strip()

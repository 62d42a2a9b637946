"""Checks of notebooks 09 to 11: log in, serve a page, find faults."""

import time
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import requests
from openstack.compute.v2.server import Server
from openstack.connection import Connection
from openstack.network.v2.security_group import SecurityGroup

from helpers.doors import ANYBODY, let_in, rules_of, why_unreachable
from helpers.errors import CourseError
from helpers.exercises.comparing import gone
from helpers.reaching import knock
from helpers.servers import server_groups
from helpers.ssh import forget_host_key, run_over_ssh

_PATIENCE_SECONDS = 15


def own_name(answer: Any, _: Connection, server: Server, key: Path, user: str) -> str | None:
    """What a server calls itself."""
    # What `answer = !ssh ...` makes is a list of lines.
    answer = "\n".join(map(str, answer)) if isinstance(answer, list) else str(answer)
    if answer.strip() == server.name:
        return "So the cloud calls it. Ask the server itself: run the command hostname on it."
    try:
        name = _run(server, "hostname", key, user)
    except CourseError:
        return "The server does not let you in now. Run the notebook from the top to this task."
    return None if answer.strip() == name else "It is what the command hostname prints on the server."


def stranger(answer: Any) -> str | None:
    """What ssh says to somebody with the wrong user name."""
    if "not accessible" in str(answer):
        return "It had no key to show: there is no such file. Only the user name is to be wrong."
    if "Permission denied" in str(answer):
        return None
    if isinstance(answer, str | Exception) and "ssh ended" in str(answer):
        return "That went wrong for another reason: read it. The address and the key are to be right, the name wrong."
    return "Catch the CourseError that run_over_ssh raises, with a user name that the server does not have."


def only_you(_: Any, conn: Connection, server: Server, group: SecurityGroup) -> str | None:
    """A rule for port 22 that names one address, and no other rule."""
    sources = let_in(conn.network.security_group_rules(security_group_id=group.id), 22)
    if ANYBODY in sources:
        return "Anybody may still come in: a rule without a source, or with 0.0.0.0/0, is there. Delete it."
    if any(not source.endswith("/32") for source in sources):
        return "A rule names more than one address. The prefix of one address ends with /32."
    if len(sources) > 1:
        return f"{len(sources)} addresses may come in, and only one of them is yours. Delete the rules of the others."
    return _in_the_way(conn, server, 22)


def closed(_: Any, conn: Connection, server: Server) -> str | None:
    """Silence at port 80, of a server that is on and has its address."""
    now: Any = conn.get_server(server.id)
    if not now:
        return gone("server")
    if now.status != "ACTIVE" or not now.public_v4:
        return "It is silent, but as it is off or has no address. The task is about the rule only."
    if not server_groups(conn, now):
        group = "conn.add_server_security_groups(server, ['web'])"
        return (
            f"It is silent, but as it has no group. The task is about the rule only. Give it back its group: {group}."
        )
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (heard := knock(now.public_v4)) == "answers" and why_unreachable(conn, now, 80):
        if time.monotonic() > deadline:
            break
        time.sleep(0.5)
    if heard != "silent":
        return "The server still answers at port 80: a rule lets that in. Delete it."
    if not let_in(rules_of(conn, server_groups(conn, now)), 22):
        call = "helpers.ensure_security_group(conn, 'web', ports=(22,))"
        return f"Port 22 is closed, too, and was to stay open. Open it again: {call}."
    return None


def own_page(answer: Any, conn: Connection, server: Server, before: str) -> str | None:
    """A word that is on the page now, and was not on those before."""
    if not isinstance(answer, str) or not answer.strip():
        return "Put a word of your page into answer, such as your name."
    if answer in before:
        return "A page before yours had that, too. Take a word that is on your page only."
    if hint := _in_the_way(conn, server, 80):
        return hint
    now: Any = conn.get_server(server.id)
    try:
        if answer in requests.get(f"http://{now.public_v4}/", timeout=5).text:
            return None
    except requests.RequestException:
        return "The server did not send its page. It may be booting just now: wait, and run this cell again."
    return "The page does not have that word. A server reads user data at its first boot: did you rebuild it?"


def open_again(_: Any, conn: Connection, server: Server) -> str | None:
    """A server that answers everybody at port 80."""
    if hint := _in_the_way(conn, server, 80):
        return hint
    if why_unreachable(conn, server, 80):
        return "It answers you, and not everybody: a rule for a web page is one without a source."
    opened = [rule for rule in rules_of(conn, server_groups(conn, server)) if ANYBODY in let_in([rule], 80)]
    if any((rule.port_range_min, rule.port_range_max) != (80, 80) for rule in opened):
        return "It answers, but a rule opens more than port 80. Delete it: a rule for one port begins and ends with it."
    return None


second_fault = fourth_fault = fifth_fault = open_again


def first_fault(_: Any, conn: Connection, server: Server, address: str) -> str | None:
    """A server that answers where people know it."""
    if knock(address) == "answers":
        return None
    return _in_the_way(conn, server, 80) or (
        f"It answers somewhere else. People know {address}: detach the other address, give that back, and attach "
        "this one. If it is yours no more, run the cell again that makes address."
    )


def third_fault(_: Any, conn: Connection, server: Server, key: Path, user: str) -> str | None:
    """A server that lets the learner in."""
    if hint := _in_the_way(conn, server, 22):
        return hint
    now: Any = conn.get_server(server.id)
    try:
        return None if _run(now, "whoami", key, user) else "The server does not know who you are."
    except CourseError as error:
        built = "with the key pair " + now.key_name if now.key_name else "without a key pair"
        return f"It answers, but was built {built}, and refuses your key (or still boots). {error}"


def _in_the_way(conn: Connection, server: Server, port: int) -> str | None:
    """Say where to look, if a server does not answer at a port, or will not do so in a moment."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while now := conn.get_server(server.id):
        heard = knock(now.public_v4, port) if now.public_v4 else ""
        if heard == "answers":
            return None
        if not now.task_state and now.status != "ACTIVE":
            return "No answer. Ask for the server again: what is its status?"
        if not now.task_state and not now.public_v4:
            return "No answer. Ask for the server again: which addresses does it have? Work with what you got just now."
        # A server without a key pair may only be booting, and its doors be open.
        if not now.task_state and (port != 22 or now.key_name) and why_unreachable(conn, now, port):
            return f"No answer. The server is on, so look at its doors: who may come in at port {port}?"
        if time.monotonic() > deadline and heard == "refused":
            return (
                f"It refuses: nothing listens at port {port}. What the server did with its user data is in its console "
                "log, conn.get_server_console(server): was a web server among it?"
            )
        if time.monotonic() > deadline:
            return "No answer, and nothing is in the way. It may still boot: wait, and run this cell again."
        time.sleep(0.5)
    return gone("server")


def _run(server: Server, command: str, key: Path, user: str) -> str:
    """Run a command on a server without a word about it, whatever host key it has by now."""
    forget_host_key(server)
    with redirect_stdout(StringIO()):
        return run_over_ssh(server, command, key, user).strip()

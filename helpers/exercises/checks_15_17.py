"""Checks of notebooks 15 to 17: a cloud of one's own, and the final project."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import openstack

from helpers.cleanup import count_everything
from helpers.exercises.final_project import KEY, check_access, check_page, check_server
from helpers.exercises.matching import unless_number, unmarked_of_learner
from helpers.filters import filter_marked
from helpers.security_groups import ANYWHERE, allowed_sources

_TONIGHT = "import-openstack-tonight"

club_door, club_server, club_page = check_access, check_server, check_page


def entry(answer, conn):  # An entry of clouds.yaml that logs in with an application credential
    valid = isinstance(answer, dict) and isinstance(answer.get("auth"), dict)
    yield not valid and "The answer must be a dictionary with auth in it, like broken."
    mine = conn.config.config
    place = {key: mine[key] for key in ("region_name", "interface", "cacert", "verify") if mine.get(key) is not None}
    try:
        session: Any = openstack.connect(load_yaml_config=False, load_envvars=False, **(place | answer)).session
        login = session.auth.get_access(session)
    except Exception as error:
        yield f"It does not log in. The cloud or the SDK says: {error}"
        return
    password = not login.application_credential_id
    yield password and "It logs in, but with a password. Use the id and the secret of the application credential."
    yield login.project_id != conn.current_project_id and "It logs in to another project."


def tonight(_, conn):  # An application credential that expires within a day
    found = [c for c in conn.identity.application_credentials(conn.current_user_id) if c.name == _TONIGHT]
    yield not found and f"You have no application credential named {_TONIGHT}."
    end = found[0].expires_at
    yield not end and "It never expires. Names are unique: delete it, and create it again with expires_at."
    late = datetime.fromisoformat(end).replace(tzinfo=UTC) > datetime.now(UTC) + timedelta(days=1)
    yield late and f"It expires at {end} UTC, more than 24 hours from now. Delete it, and try again."


def where_it_fails(answer):  # A function that distinguishes an unknown name from an address where nothing listens
    yield not callable(answer) and "The answer must be the function itself: its name, without parentheses."
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        yield from _call_mismatch(answer, ("no-such-cloud.invalid", 443), "name", "a name that nobody knows")
        yield from _call_mismatch(answer, silent.getsockname(), "address", "an address where nothing listens")
        yield from _call_mismatch(answer, listening.getsockname(), None, "an address where something listens")
        with mock.patch.object(socket, "create_connection", side_effect=TimeoutError("timed out")):
            yield from _call_mismatch(answer, silent.getsockname(), "address", "an address that stays silent")


def _call_mismatch(function, where, right, what):
    try:
        result = function(*where)
    except Exception as error:
        yield f"With {what}, your function raises {type(error).__name__}: {error}. Catch it."
        return
    yield result != right and f"With {what}, your function returns {result!r} instead of {right!r}."


def exit_code(answer):  # The exit code of a program that ends with sys.exit("a sentence")
    yield hasattr(answer, "returncode") and "That is the whole result. The exit code is its attribute returncode."
    yield unless_number(answer)
    yield answer == 0 and "0 means success. Did you pass the name of a cloud that does not exist?"
    yield (type(answer) is not int or answer != 1) and "The exit code is a number: see subprocess.run(...).returncode."


def https(_, conn):  # A rule for TCP port 443 in the script's security group
    groups = filter_marked(conn.network.security_groups(), "web_page")
    yield not groups and "The group web_page does not exist. Run the script again, without --delete."
    rules = conn.network.security_group_rules(security_group_id=groups[0].id, ether_type="IPv4")
    rules = [rule for rule in rules if rule.port_range_min == 443]
    sources = allowed_sources([rule for rule in rules if rule.port_range_max == 443], 443)
    if ANYWHERE not in sources:
        yield sources and f"The rule allows only {', '.join(sorted(sources))}. A web page is for everybody."
        yield allowed_sources(rules, 443) and "The rule begins at port 443, but ends at another one."
        yield "The group has no rule that allows TCP to port 443 alone. See how the script creates its own rules."


def pair(_, conn):  # Two servers that one call has created
    named = [server for server in conn.list_servers() if server.name.startswith("pair")]
    found, lost = filter_marked(named), [server.id for server in unmarked_of_learner(conn, named)]
    count = f"There must be 2 servers with the mark and a name that begins with pair, but there are {len(found)}."
    others = f"You have created others without the mark. Delete them by their ids: {', '.join(lost)}."
    yield len(found) != 2 and lost and f"{count} {others}"
    yield len(found) != 2 and count
    name = found[0].name
    yield name == found[1].name and f"Both are called {name}, so two calls created them. Use one call, with min_count."
    for server in found:
        yield server.status != "ACTIVE" and f"{server.name} is not ACTIVE, but {server.status}."


def nothing_left(_, conn):  # A project without anything that the course has created
    left = count_everything(conn)["made by the course"].fillna(0).to_dict()
    kinds = ", ".join(f"{kind} ({number})" for kind, number in left.items() if number)
    yield kinds and f"These still exist, with the course's mark: {kinds}. What did they belong to?"
    file = Path(f"{KEY}.pem")
    yield file.exists() and f"Nothing is left on the cloud, but this machine still has the private key: delete {file}."

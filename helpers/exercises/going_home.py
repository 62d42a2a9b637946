"""Checks of notebooks 15 to 17: one's own cloud, and the final project."""

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import openstack
from openstack.connection import Connection

from helpers import final
from helpers.cleanup import count_everything
from helpers.doors import ANYBODY, let_in
from helpers.exercises.comparing import NUMBER, without_the_mark
from helpers.filters import filter_marked

_TONIGHT = "import-openstack-tonight"


def entry(answer: Any, conn: Connection) -> str | None:
    """An entry of clouds.yaml that logs in with an application credential."""
    if not (isinstance(answer, dict) and isinstance(answer.get("auth"), dict)):
        return "answer is to be a dictionary that has auth in it, as broken has."
    mine = conn.config.config
    place = {key: mine[key] for key in ("region_name", "interface", "cacert", "verify") if mine.get(key) is not None}
    try:
        session: Any = openstack.connect(load_yaml_config=False, load_envvars=False, **(place | answer)).session
        login = session.auth.get_access(session)
    except Exception as error:
        return f"It does not log in. The cloud or the SDK says: {error}"
    if not login.application_credential_id:
        return "That logs in, but with a password. Keep the id and the secret of the application credential."
    return None if login.project_id == conn.current_project_id else "That is a login for another project."


def tonight(_: Any, conn: Connection) -> str | None:
    """An application credential that ends within a day."""
    keystone: Any = conn.identity
    found = [c for c in keystone.application_credentials(conn.current_user_id) if c.name == _TONIGHT]
    if not found:
        return f"You have no application credential named {_TONIGHT}."
    if not found[0].expires_at:
        return "It has no end. A name can be used only once: delete it, and make it again with expires_at."
    if datetime.fromisoformat(found[0].expires_at).replace(tzinfo=UTC) > datetime.now(UTC) + timedelta(days=1):
        return f"It ends at {found[0].expires_at} UTC, which is more than 24 hours from now. Delete it, and try again."
    return None


def where_it_fails(answer: Any) -> str | None:
    """A function that tells an unknown name from an address at which nobody listens."""
    if not callable(answer):
        return "answer is to be the function itself: its name, without parentheses behind it."
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        return (
            _wrong(answer, ("no-such-cloud.invalid", 443), "name", "a name that nobody knows")
            or _wrong(answer, silent.getsockname(), "address", "an address at which nobody listens")
            or _wrong(answer, listening.getsockname(), None, "an address at which somebody listens")
            or _wrong_in_silence(answer, silent.getsockname())
        )


def _wrong_in_silence(function: Callable, where: tuple) -> str | None:
    """Say what is wrong with a function where nobody answers, for which nobody has to wait here."""
    with mock.patch.object(socket, "create_connection", side_effect=TimeoutError("timed out")):
        return _wrong(function, where, "address", "an address that stays silent")


def _wrong(function: Callable, where: tuple, right: str | None, what: str) -> str | None:
    try:
        said = function(*where)
    except Exception as error:
        return f"With {what}, your function raises {type(error).__name__}: {error}. Catch it."
    return None if said == right else f"With {what}, your function returns {said!r} and not {right!r}."


def exit_code(answer: Any) -> str | None:
    """What a program that ends with sys.exit("a sentence") returns to who started it."""
    if hasattr(answer, "returncode"):
        return "That is all that is known of the run. Its exit code is the attribute returncode."
    if answer == 0:
        return "0 means that all went well. Did you give the name of a cloud that there is not?"
    if isinstance(answer, str):
        return NUMBER
    return None if type(answer) is int and answer == 1 else "It is a number. Look at subprocess.run(...).returncode."


def https(_: Any, conn: Connection) -> str | None:
    """A rule for TCP port 443 in the script's security group."""
    if not (groups := filter_marked(conn.network.security_groups(), "web_page")):
        return "The group web_page is there no more. Run the script again, without --delete."
    rules: list[Any] = list(conn.network.security_group_rules(security_group_id=groups[0].id, ether_type="IPv4"))
    rules = [rule for rule in rules if rule.port_range_min == 443]
    sources = let_in([rule for rule in rules if rule.port_range_max == 443], 443)
    if ANYBODY in sources:
        return None
    if sources:
        return f"The rule lets only {', '.join(sorted(sources))} in. A web page is for everybody."
    if let_in(rules, 443):
        return "The rule begins at port 443, but ends at another one."
    return "The group has no rule for what comes in to TCP port 443 alone. Look at how the script makes its own."


def pair(_: Any, conn: Connection) -> str | None:
    """Two servers that one call has made."""
    named = [server for server in conn.list_servers() if server.name.startswith("pair")]
    if len(found := filter_marked(named)) != 2:
        said = f"{len(found)} of the servers whose names begin with pair have the mark, and there are to be 2."
        lost = [server.id for server in without_the_mark(conn, named)]
        return f"{said} You have made others without it. Delete them by their ids: {', '.join(lost)}." if lost else said
    if found[0].name == found[1].name:
        return f"Both are called {found[0].name}: two calls have made them. One call with min_count gives them numbers."
    waiting = [server.name for server in found if server.status != "ACTIVE"]
    return f"Not ACTIVE: {', '.join(waiting)}." if waiting else None


def club_door(_: Any, conn: Connection) -> str | None:
    """The key pair and the security group of the final project."""
    return _first(final.look_at_door(conn))


def club_server(_: Any, conn: Connection, wanted: ModuleType) -> str | None:
    """The server of the final project."""
    return _first(final.look_at_server(conn, wanted))


def club_page(_: Any, conn: Connection) -> str | None:
    """The page of the final project, and the address at which it is."""
    return _first(final.look_at_page(conn))


def _first(findings: final.Findings) -> str | None:
    return next((missing for _, missing in findings if missing), None)


def nothing_left(_: Any, conn: Connection) -> str | None:
    """A project without anything that the course has made."""
    left = count_everything(conn)["of the course"].fillna(0).to_dict()
    kinds = ", ".join(f"{kind} ({number})" for kind, number in left.items() if number)
    if kinds:
        return f"Still there, with the mark of the course: {kinds}. What did it belong to?"
    file = Path(f"{final.KEY}.pem")
    return (
        f"On the cloud, nothing is left. Here, there is still the private key: delete {file}."
        if file.exists()
        else None
    )

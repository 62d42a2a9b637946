"""Answers to the exercises of notebooks 09 to 11. Whatever asks a server needs one that answers."""

import base64
import tempfile
from contextlib import suppress
from pathlib import Path

from conftest import ROOT
from openstack.exceptions import ConflictException
from shared.cloud import WANTED

from answers.forms import GONE, NONSENSE, Answers
from helpers import (
    ensure_floating_ip,
    ensure_key,
    ensure_security_group,
    ensure_server,
    ensure_web_server,
    filter_marked,
    use_practice_cloud,
    wait_for_port,
    wait_for_server,
)
from helpers.errors import CourseError
from helpers.exercises.faults import inject

PAGE = (ROOT / "notebooks" / "cloud_config.yaml").read_text()
KEY = Path(tempfile.mkdtemp()) / "course.pem"
YOURS, ELSEWHERE = "198.51.100.7/32", "192.0.2.0/24"
DENIED = "ssh ended with exit code 255: nobody@203.0.113.7: Permission denied (publickey)."


def login(conn) -> tuple:
    """The server of notebook 09, and its group."""
    use_practice_cloud()
    group = ensure_security_group(conn, "login", ports=(22,))
    options = {"key_name": ensure_key(conn, KEY), "security_groups": [group.id]}
    server = ensure_server(conn, "login_server", WANTED, **options)
    wait_for_port(ensure_floating_ip(conn, server).floating_ip_address, 22)
    return conn.get_server(server.id), group


def web(conn):
    """The server of notebooks 10 and 11."""
    use_practice_cloud()
    return ensure_web_server(conn, WANTED, KEY, PAGE)


def broken(conn, number: int):
    """The same with a fault."""
    server = web(conn)
    inject(conn, server, number, KEY)
    return server


def own_name(conn) -> tuple:
    return conn, login(conn)[0], KEY, "ubuntu"


def let_in(conn, group, source=None) -> bool:
    ports = {"port_range_min": 22, "port_range_max": 22, "remote_ip_prefix": source}
    return bool(conn.create_security_group_rule(group.id, protocol="tcp", **ports))


def shut(conn, group, **which) -> list:
    rules = conn.network.security_group_rules(security_group_id=group.id, direction="ingress", **which)
    return [conn.delete_security_group_rule(rule.id) for rule in rules]


def only(conn, group, source) -> list:
    """Let in one source, and nobody else."""
    shut(conn, group)
    return [let_in(conn, group, source)]


def web_group(conn):
    return filter_marked(conn.list_security_groups(), "web")[0]


def open_80(conn, source=None, last=80):
    shut(conn, web_group(conn), port_range_min=80)
    ports = {"port_range_min": 80, "port_range_max": last, "remote_ip_prefix": source}
    return conn.create_security_group_rule(web_group(conn).id, protocol="tcp", **ports)


def rebuild(conn, server, **how):
    conn.compute.rebuild_server(server, server.image.id, **how)
    return wait_for_server(conn, conn.get_server(server.id))


def serve(conn, server, word: str, answer: str) -> str:
    """Rebuild a server with another page."""
    text = PAGE.replace("Hello from my own server", word)
    rebuild(conn, server, user_data=base64.b64encode(text.encode()).decode())
    return answer


def start(conn, server):
    now = conn.get_server(server.id)
    if now.status == "SHUTOFF":
        conn.compute.start_server(now)
    return conn.compute.wait_for_server(now)


def attach(conn, server, address: str):
    """Give a server this address, and none but this."""
    if (now := conn.get_server(server.id)).public_v4 not in (None, "", address):
        attached = conn.list_floating_ips({"floating_ip_address": now.public_v4})[0]
        conn.detach_ip_from_server(server.id, attached.id)
    now = conn.get_server(server.id)
    return now.public_v4 == address or conn.add_ip_list(now, [address], wait=True)


def let_ping_in(conn, group) -> None:
    with suppress(ConflictException):
        conn.create_security_group_rule(group.id, protocol="icmp")


def nonsense(*_):
    return "No idea"


ANSWERS = {
    "own name": Answers(
        given=own_name,
        on="login server",
        wrong=[lambda conn, server, *_: server.name, *NONSENSE],
        rare=[lambda conn, server, key, user: ("login-server", conn, server, key, "nobody")],
        right=[lambda *_: "login-server", lambda *_: "login-server\n", lambda *_: ["login-server"]],
    ),
    "stranger": Answers(
        wrong=[
            lambda: None,
            lambda: 42,
            lambda: [],
            lambda: "ubuntu",
            lambda: CourseError("ssh ended with exit code 255: Connection timed out"),
            lambda: f"Warning: Identity file nokey.pem not accessible: No such file or directory. {DENIED}",
        ],
        right=[lambda: DENIED, lambda: CourseError(DENIED)],
    ),
    "only you": Answers(
        given=lambda conn: (conn, *login(conn)),
        on="login server",
        wrong=[
            nonsense,
            lambda conn, server, group: let_in(conn, group, YOURS),
            lambda conn, server, group: only(conn, group, "198.51.100.0/24"),
            lambda conn, server, group: only(conn, group, "192.0.2.7/32"),
            lambda conn, server, group: let_in(conn, group, YOURS),
            lambda conn, server, group: shut(conn, group),
        ],
        right=[
            lambda conn, server, group: only(conn, group, YOURS),
            lambda conn, server, group: let_ping_in(conn, group),
        ],
    ),
    "closed": Answers(
        given=lambda conn: (conn, web(conn)),
        on="web server",
        wrong=[
            nonsense,
            lambda conn, server: conn.remove_server_security_groups(server, ["web"]),
            lambda conn, server: (conn.add_server_security_groups(server, ["web"]), inject(conn, server, 1, KEY)),
            lambda conn, server: inject(conn, server, 4, KEY),
            lambda conn, server: (start(conn, server), shut(conn, web_group(conn))),
        ],
        rare=[lambda conn, server: (None, conn, GONE)],
        right=[lambda conn, server: ensure_security_group(conn, "web", ports=(22,)), nonsense],
    ),
    "open again": Answers(
        given=lambda conn: (conn, broken(conn, 2)),
        on="web server",
        wrong=[
            nonsense,
            *(lambda conn, server, source=source: open_80(conn, source) for source in (ELSEWHERE, YOURS)),
            lambda conn, server: open_80(conn, last=81),
        ],
        right=[lambda conn, server: open_80(conn), lambda conn, server: open_80(conn, "0.0.0.0/0")],
    ),
    "first fault": Answers(
        given=lambda conn: (conn, broken(conn, 1), filter_marked(conn.list_floating_ips())[0].floating_ip_address),
        on="web server",
        wrong=[
            nonsense,
            lambda conn, server, _: open_80(conn),
            lambda conn, server, address: conn.add_ip_list(server, [address]),
            lambda conn, server, _: conn.add_auto_ip(conn.get_server(server.id), wait=True, reuse=False),
        ],
        right=[attach, lambda *_: True],
    ),
    "second fault": Answers(
        given=lambda conn: (conn, broken(conn, 2)),
        on="web server",
        wrong=[nonsense, lambda conn, server: open_80(conn, "192.0.2.0/24")],
        right=[lambda conn, server: open_80(conn), lambda *_: True],
    ),
    "third fault": Answers(
        given=lambda conn: (conn, broken(conn, 3), KEY, "ubuntu"),
        on="web server",
        wrong=[nonsense, lambda conn, server, *_: conn.create_keypair("import-openstack-2").name],
        rare=[lambda conn, server, key, user: (None, conn, GONE, key, user)],
        right=[lambda conn, server, *_: rebuild(conn, server, key_name="import-openstack"), lambda *_: True],
    ),
    "fourth fault": Answers(
        given=lambda conn: (conn, broken(conn, 4)),
        on="web server",
        wrong=[nonsense, lambda conn, server: open_80(conn)],
        right=[start, lambda *_: True],
    ),
    "fifth fault": Answers(
        given=lambda conn: (conn, broken(conn, 5)),
        on="web server",
        wrong=[nonsense, *(lambda conn, server, source=source: open_80(conn, source) for source in (ELSEWHERE, YOURS))],
        right=[lambda conn, server: open_80(conn, "0.0.0.0/0"), lambda conn, server: open_80(conn)],
    ),
    # After the others: its page is another one.
    "own page": Answers(
        given=lambda conn: (conn, web(conn), PAGE),
        on="web server",
        wrong=[
            *NONSENSE,
            lambda *_: "Hello",
            lambda *_: "Ada",
            lambda conn, server, _: rebuild(conn, server, user_data=base64.b64encode(b"Grace").decode()) and "Grace",
            lambda conn, server, _: serve(conn, server, "I am Ada", "Grace"),
        ],
        right=[lambda *_: "Ada", lambda conn, server, _: serve(conn, server, "I am Grace", "Grace")],
    ),
}

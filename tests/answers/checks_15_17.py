"""Answers to the exercises of notebooks 15 to 17."""

import socket
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from conftest import requirements
from openstack.compute.v2.server import Server
from openstack.exceptions import ConflictException
from shared.cloud import WANTED

from answers.forms import Answers
from helpers import clean_up, use_practice_cloud

TONIGHT = "import-openstack-tonight"
MARK = "import-openstack"
MINE = "198.51.100.7/32"
KEY_FILE = Path("import-openstack-club.pem")
PAGE = "#cloud-config\npackages: [nginx]\nwrite_files: [{path: /var/www/html/index.html, content: 'SAYS'}]\n"


def entry(conn, **changes) -> dict:
    """Make an application credential; return an entry of clouds.yaml that has it, and what the changes add."""
    name = f"import-openstack-{len(list(conn.identity.application_credentials(conn.current_user_id)))}"
    made = conn.identity.create_application_credential(conn.current_user_id, name=name)
    auth = {
        "auth_url": conn.config.auth["auth_url"],
        "application_credential_id": made.id,
        "application_credential_secret": made.secret,
    }
    return {"auth_type": "v3applicationcredential", "auth": auth | changes}


def tonight(conn, **options):
    """Make the application credential anew."""
    me = conn.current_user_id
    for old in conn.identity.application_credentials(me):
        conn.identity.delete_application_credential(me, old)
    return conn.identity.create_application_credential(me, name=TONIGHT, **options)


def within(hours: int) -> str:
    """Return a time in UTC as Keystone takes it."""
    return (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S")


def knows_names_first(host, port):
    try:
        socket.getaddrinfo(host, port)
    except socket.gaierror:
        return "name"
    try:
        with socket.create_connection((host, port), timeout=5):
            return None
    except OSError:
        return "address"


def takes_all_for_an_address(host, port):
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError:
        return "address"


def catches_only_names(host, port):
    try:
        socket.create_connection((host, port), timeout=5).close()
    except socket.gaierror:
        return "name"


def catches_no_silence(host, port):
    try:
        socket.create_connection((host, port), timeout=5).close()
    except socket.gaierror:
        return "name"
    except ConnectionRefusedError:
        return "address"


def ended(*arguments: str) -> subprocess.CompletedProcess:
    """Run a Python program."""
    return subprocess.run([sys.executable, *arguments], capture_output=True)


def https(conn, group_of: str | None, *ports: int, **source: str) -> None:
    """Make the script's group, or a colleague's, and a rule for ports."""
    found = [g for g in conn.list_security_groups() if (g.name, g.description) == ("web_page", group_of or "")]
    group = found[0] if found else conn.network.create_security_group(name="web_page", description=group_of or "")
    if ports:
        first, last = ports
        with suppress(ConflictException):
            rule = {"protocol": "tcp", "port_range_min": first, "port_range_max": last} | source
            conn.create_security_group_rule(group.id, **rule)


def _another_pair(conn) -> None:
    conn.delete_keypair(f"{MARK}-club")
    conn.create_keypair(f"{MARK}-club")


def _in_another_project(conn):
    return SimpleNamespace(config=conn.config, current_project_id="another")


def _pair_of_which_one_boots() -> list[Server]:
    states = {"pair-1": "ACTIVE", "pair-2": "BUILD"}
    return [Server(name=name, status=status, metadata={"course": MARK}) for name, status in states.items()]


def servers(conn, *names: str, mark: str = MARK, **options) -> None:
    """Make servers anew, each by a call of its own, and wait for them."""
    for server in conn.list_servers():
        conn.delete_server(server.id, wait=True)
    for name in names:
        conn.create_server(name, **requirements(conn), auto_ip=False, meta={"course": mark}, **options)
    for server in conn.list_servers():
        conn.compute.wait_for_server(server, interval=0.5)


def door(conn, *rules: tuple, key: str = f"{MARK}-club", mark: str = MARK) -> None:
    """Make a key pair, and a group anew with rules of first port, last port, source, and protocol if it is not TCP."""
    for server in conn.list_servers():
        conn.delete_server(server.id, wait=True)
    for group in conn.list_security_groups():
        if group.name == "club":
            conn.delete_security_group(group.id)
    conn.delete_keypair(key)
    KEY_FILE.touch(mode=0o600)
    KEY_FILE.write_text(conn.create_keypair(key).private_key)
    group = conn.network.create_security_group(name="club", description=mark)
    for first, last, source, *protocol in rules:
        ports = {"port_range_min": first, "port_range_max": last}
        conn.create_security_group_rule(group.id, protocol=[*protocol, "tcp"][0], remote_ip_prefix=source, **ports)


RULES = ((80, 80, "0.0.0.0/0"), (22, 22, MINE))


def club(conn, _=None, says="<p>We play on Fridays at seven.</p>", **options) -> None:
    """Make the door and the server, with what is to be different."""
    door(conn, *options.pop("rules", RULES))
    group = next(g for g in conn.list_security_groups() if g.name == "club")
    flavor = options.pop("flavor", None)
    order = requirements(conn) | ({"flavor": conn.get_flavor(flavor).id} if flavor else {})
    order |= {"key_name": f"{MARK}-club", "security_groups": [group.id], "meta": {"course": MARK}}
    order |= {"userdata": PAGE.replace("SAYS", says), "auto_ip": False} | options
    server = conn.create_server("club_server", **order)
    conn.compute.wait_for_server(server, interval=0.5)


def stop(conn, name: str) -> None:
    conn.compute.stop_server(conn.get_server(name))
    conn.compute.wait_for_server(conn.get_server(name), status="SHUTOFF", interval=0.5)


def page(conn, mark: str = MARK, **options) -> bool:
    """Make the door, the server and its address."""
    use_practice_cloud()
    clean_up(conn, dry_run=False)
    club(conn, **options)
    port = next(conn.network.ports(device_id=conn.get_server("club_server").id))
    outside = next(conn.network.networks(is_router_external=True))
    conn.network.create_ip(floating_network_id=outside.id, port_id=port.id, description=mark)
    return True


ANSWERS = {
    "entry": Answers(
        given=lambda conn: (conn,),
        wrong=[
            lambda conn: None,
            lambda conn: [42],
            lambda conn: {"auth": 42},
            lambda conn: entry(conn, project_name="lab"),
            lambda conn: {"auth": entry(conn)["auth"]},
            lambda conn: entry(conn, application_credential_secret="secret"),
            lambda conn: {"auth": conn.config.auth},
        ],
        rare=[lambda conn: (entry(conn), _in_another_project(conn))],
        right=[entry, lambda conn: {**entry(conn), "region_name": conn.config.region_name, "interface": "public"}],
    ),
    "tonight": Answers(
        given=lambda conn: (conn,),
        wrong=[lambda conn: None, lambda conn: tonight(conn), lambda conn: tonight(conn, expires_at=within(48))],
        right=[lambda conn: tonight(conn, expires_at=within(1)), lambda conn: tonight(conn, expires_at=within(23)).id],
    ),
    "where it fails": Answers(
        wrong=[
            lambda: None,
            lambda: "name",
            lambda: knows_names_first("localhost", 80),
            lambda: takes_all_for_an_address,
            lambda: catches_only_names,
            lambda: catches_no_silence,
            lambda: lambda: None,
            lambda: lambda host, port: "name" if host.endswith(".invalid") else "address",
        ],
        right=[lambda: knows_names_first],
    ),
    "exit code": Answers(
        wrong=[
            lambda: None,
            lambda: [],
            lambda: "1",
            lambda: ended("-c", "raise SystemExit('no')"),
            lambda: ended("-c", "").returncode,
            lambda: 2,
            lambda: True,
        ],
        right=[lambda: ended("-c", "raise SystemExit('no')").returncode],
    ),
    "https": Answers(
        given=lambda conn: (conn,),
        wrong=[
            lambda conn: None,
            lambda conn: https(conn, None, 443, 443),
            lambda conn: https(conn, MARK),
            lambda conn: https(conn, MARK, 443, 444),
            lambda conn: https(conn, MARK, 443, 443, remote_ip_prefix=MINE),
            lambda conn: https(conn, MARK, 443, 443, ethertype="IPv6"),
        ],
        right=[lambda conn: https(conn, MARK, 443, 443, protocol="6"), lambda conn: https(conn, MARK, 443, 443)],
    ),
    "pair": Answers(
        given=lambda conn: (conn,),
        wrong=[
            lambda conn: None,
            lambda conn: servers(conn, "pair"),
            lambda conn: servers(conn, "pair", "pair"),
            lambda conn: servers(conn, "pair", mark="mine", min_count=2, max_count=2),
        ],
        rare=[lambda conn: (None, SimpleNamespace(list_servers=_pair_of_which_one_boots))],
        right=[lambda conn: servers(conn, "pair", min_count=2, max_count=2)],
    ),
    "club door": Answers(
        given=lambda conn: (conn,),
        wrong=[
            lambda conn: None,
            lambda conn: door(conn, *RULES, key="mine"),
            lambda conn: door(conn, *RULES, mark="club"),
            lambda conn: door(conn),
            lambda conn: door(conn, RULES[0]),
            lambda conn: door(conn, RULES[1]),
            lambda conn: door(conn, RULES[0], (22, 22, "0.0.0.0/0")),
            lambda conn: door(conn, (1, 65535, "0.0.0.0/0")),
            lambda conn: door(conn, *RULES, (20, 25, "10.0.0.0/8")),
            lambda conn: door(conn, *RULES, (1, 21, "0.0.0.0/0"), (23, 65535, "0.0.0.0/0")),
            lambda conn: door(conn, (80, 81, "0.0.0.0/0"), RULES[1]),
            lambda conn: door(conn, *RULES, (80, 80, "0.0.0.0/0", "udp")),
            lambda conn: door(conn, *RULES, (None, None, "0.0.0.0/0", "icmp")),
            lambda conn: door(conn, *RULES) or KEY_FILE.write_text("nonsense"),
            lambda conn: door(conn, *RULES) or KEY_FILE.unlink(),
            lambda conn: door(conn, *RULES) or _another_pair(conn),
        ],
        right=[lambda conn: door(conn, *RULES), lambda conn: door(conn, (80, 80, None), RULES[1]) or True],
    ),
    "club server": Answers(
        given=lambda conn: (conn, WANTED),
        wrong=[
            lambda conn, _: None,
            lambda conn, _: club(conn, meta={}),
            lambda conn, _: club(conn, flavor="2C-2GB-20GB"),
            lambda conn, _: club(conn, image=conn.get_image("Debian 12 Bookworm").id),
            lambda conn, _: club(conn, key_name=None),
            lambda conn, _: club(conn, security_groups=["default"]),
            lambda conn, _: stop(conn, "club_server"),
        ],
        right=[club, lambda conn, _: club(conn, image=conn.get_image("web-team-golden-image").id)],
    ),
    "club page": Answers(
        given=lambda conn: (conn,),
        wrong=[
            lambda conn: None,
            lambda conn: page(conn, mark="club"),
            lambda conn: page(conn, says="<h1>Chess</h1>"),
            lambda conn: page(conn, userdata=""),
            lambda conn: page(conn, rules=RULES[1:]),
            lambda conn: page(conn, rules=[(80, 80, "0.0.0.0/0"), (22, 22, "192.0.2.1/32")]),
        ],
        right=[page],
    ),
    "nothing left": Answers(
        given=lambda conn: (conn,),
        wrong=[
            lambda conn: conn.create_keypair(f"{MARK}-club"),
            lambda conn: conn.network.create_security_group(name="club", description=MARK),
            lambda conn: servers(conn, "club_server"),
            lambda conn: clean_up(conn, dry_run=False) is KEY_FILE.touch(),
        ],
        right=[lambda conn: KEY_FILE.unlink(missing_ok=True), lambda conn: True],
    ),
}

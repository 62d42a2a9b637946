"""The final project: what the customer asks for, and whether it is there."""

import ipaddress
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import requests
from openstack.connection import Connection

from helpers.connectivity import knock, practice_proxy, wait_for_port
from helpers.errors import CourseError
from helpers.filters import MARK, expected_tags, filter_flavors, filter_images, filter_marked, filter_wanted_images
from helpers.security_groups import ANYWHERE, allowed_sources
from helpers.servers import server_floating_ips, server_image, server_security_groups
from helpers.ssh import matches_keypair, read_public_key
from helpers.tables import DataFrame, table
from practice_cloud import allows_tcp, client_address

KEY, GROUP, SERVER = "import-openstack-club", "club", "club_server"
SENTENCE = "We play on Fridays at seven."

_PATIENCE_SECONDS = 10
# What was asked for, each with what is missing: nothing if it is there. An item may come more than once.
Findings = Iterator[tuple[str, Any]]


def verify(conn: Connection, wanted: ModuleType) -> DataFrame:
    """Return a table of what the customer asks for: whether each is there, and what is missing.

    Args:
        conn: The connection to the cloud.
        wanted: The requirements: the module wanted.py beside the notebooks.

    Example: verify(conn, wanted)
    """
    found = {}
    for item, missing in [*check_access(None, conn), *check_server(None, conn, wanted), *check_page(None, conn)]:
        found[item] = found.get(item) or missing or ""
    rows = [(item, not missing, missing) for item, missing in found.items()]
    return table(rows, ["asked for", "there", "missing"])


def check_access(_: Any, conn: Connection) -> Findings:
    """Check the key pair, and the security group and its rules."""
    file, pair, group = Path(f"{KEY}.pem"), conn.get_keypair(KEY), _find_group(conn)
    yield "key pair", not pair and f"There is no key pair {KEY}."
    try:
        public = read_public_key(file)
        yield "its private key", not public and f"There is no private key in {file}."
        foreign = public and not (pair and matches_keypair(public, pair))
        yield "its private key", foreign and f"The key in {file} does not match the key pair: it is an older one."
    except CourseError as error:
        yield "its private key", str(error)
    yield "security group", not group and f"There is no security group {GROUP} with the mark as its description."
    rules = list(conn.network.security_group_rules(security_group_id=group.id)) if group else []
    everybody, own = allowed_sources(rules, 80), allowed_sources(rules, 22)
    yield "port 80 for everybody", ANYWHERE not in everybody and "No rule of the group lets everybody in."
    narrow = own == {f"{client_address()}/32"} if practice_proxy() else len(own) == 1 and all(map(_is_one_address, own))
    yield "port 22 for you alone", not own and "No rule of the group lets you in."
    sources = ", ".join(sorted(own))
    yield "port 22 for you alone", not narrow and f"Port 22 is open to {sources}. Only your address may use it."
    opened = [rule for rule in rules if rule.direction == "ingress"]
    more = [
        r for r in opened if not (r.port_range_min == r.port_range_max in (80, 22) and allows_tcp(r, r.port_range_max))
    ]
    if group:
        yield "no other port", more and "A rule allows something other than TCP to port 80 or 22. Delete it."


def check_server(_: Any, conn: Connection, wanted: ModuleType) -> Findings:
    """Check the server."""
    server, group = _find_server(conn), _find_group(conn)
    yield "server", not server and f"There is no server {SERVER} with the mark in its metadata."
    if not server:
        return
    yield "server", server.status != "ACTIVE" and f"It is {server.status}, not ACTIVE."
    small = filter_flavors([server.flavor], wanted.VCPUS, wanted.MAX_RAM, wanted.MAX_DISK)
    yield "size", not small and "Its flavor does not meet the requirements in wanted.py."
    images = [server_image(conn, server)]
    system = filter_wanted_images(images, wanted)
    system = system or filter_images(images, tags=expected_tags(wanted))
    yield "operating system", not system and "Its image does not meet the requirements in wanted.py."
    yield "its key pair", server.key_name != KEY and f"Its key pair is {server.key_name}, not {KEY}."
    alone = group and server_security_groups(conn, server) == {group.id}
    yield "its security group", not alone and f"Its only security group must be {GROUP}."


def check_page(_: Any, conn: Connection) -> Findings:
    """Check the floating IP, and the page that it leads to."""
    server = _find_server(conn)
    found = server_floating_ips(conn, server) if server else []
    yield "floating IP", not found and f"No floating IP with the mark as its description leads to {SERVER}."
    if not found:
        return
    address = found[0].floating_ip_address
    if not filter_marked(found):
        call = f"conn.network.update_ip({found[0].id!r}, description={MARK!r})"
        advice = f"If you created it for this, mark it: {call}. If not, detach it, and use another one."
        yield "floating IP", f"{address} leads to {SERVER}, but has no mark. {advice}"
        return
    state = _state(address, 80)
    advice = "If it has booted, its user data installed no web server. Rebuild it: only a first boot reads user data."
    yield "page", state == "refused" and f"Nothing listens at http://{address}/. {advice}"
    yield "page", state == "silent" and f"http://{address}/ does not answer. It may still be booting."
    if state == "answers":
        try:
            page = requests.get(f"http://{address}/", timeout=_PATIENCE_SECONDS).text
        except requests.RequestException as error:
            page = str(error)
        text = textwrap.shorten(page, 200, placeholder=" ...")
        yield "page", SENTENCE not in page and f"The page does not say: {SENTENCE} It says: {text}"
    ssh = _state(address, 22) == "answers"
    yield "SSH", not ssh and "Port 22 does not answer you. Is the address in the rule your own?"


def _find_group(conn: Connection) -> Any:
    return next(iter(filter_marked(conn.network.security_groups(), GROUP)), None)


def _find_server(conn: Connection) -> Any:
    return next(iter(filter_marked(conn.list_servers(), SERVER)), None)


def _is_one_address(source: str) -> bool:
    try:
        return ipaddress.ip_network(source).num_addresses == 1
    except ValueError:
        return False


def _state(address: str, port: int) -> str:
    """Return how a port answers, after some time for a server that boots."""
    with suppress(CourseError):
        wait_for_port(address, port, timeout=_PATIENCE_SECONDS)
    return knock(address, port)

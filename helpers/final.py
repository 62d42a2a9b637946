"""What the final project is to build, and whether it is there."""

import ipaddress
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import requests
from openstack.connection import Connection

from helpers.doors import ANYBODY, TCP, let_in
from helpers.errors import CourseError
from helpers.filters import MARK, filter_flavors, filter_images, filter_marked, usual_tags
from helpers.reaching import gateway_of_the_practice_cloud, knock, wait_for_port
from helpers.servers import server_addresses, server_flavor, server_groups
from helpers.ssh import fits, public_key
from helpers.tables import table
from practice_cloud import CLIENT_ADDRESS

KEY, GROUP, SERVER = "import-openstack-club", "club", "club_server"
SENTENCE = "We play on Fridays at seven."

_PATIENCE_SECONDS = 10
# What is asked for, and what is missing: nothing where it is there.
Findings = Iterator[tuple[str, str]]


def check_order(conn: Connection, wanted: ModuleType) -> pd.DataFrame:
    """Return a table: what the order asks for, whether it is there, and what is missing.

    Args:
        conn: The connection to the cloud.
        wanted: The requirements: the module wanted.py beside the notebooks.
    """
    rows = [*look_at_door(conn), *look_at_server(conn, wanted), *look_at_page(conn)]
    return table([(asked, not missing, missing) for asked, missing in rows], ["asked for", "there", "missing"])


def look_at_door(conn: Connection) -> Findings:
    """Look for the key pair, and for the security group and its rules."""
    group = _find_group(conn)
    rules = list(conn.network.security_group_rules(security_group_id=group.id)) if group else []
    everybody, own = let_in(rules, 80), let_in(rules, 22)
    yield "key pair", "" if conn.get_keypair(KEY) else f"There is no key pair {KEY}."
    yield "its private key", _what_the_key_lacks(conn)
    yield "security group", "" if group else f"There is no security group {GROUP} with the mark as its description."
    yield "port 80 for everybody", "" if ANYBODY in everybody else "No rule of the group lets everybody in."
    narrow = len(own) == 1 and all(map(_is_one_address, own))
    if gateway_of_the_practice_cloud():
        narrow = own == {f"{CLIENT_ADDRESS}/32"}
    said = f"At port 22, these may come in: {', '.join(sorted(own)) or 'nobody'}. It is to be your address alone."
    yield "port 22 for you alone", "" if narrow else said
    opened = {(r.protocol, r.port_range_min, r.port_range_max) for r in rules if r.direction == "ingress"}
    more = opened - {(tcp, port, port) for tcp in TCP for port in (80, 22)}
    yield "no other port", "A rule lets in something else than TCP at port 80 or 22. Delete it." if more else ""


def look_at_server(conn: Connection, wanted: ModuleType) -> Findings:
    """Look for the server, and at what it is made of."""
    server, group = _find_server(conn), _find_group(conn)
    if not server:
        yield "server", f"There is no server {SERVER} with the mark in its metadata."
        return
    yield "server", "" if server.status == "ACTIVE" else f"It is {server.status}, and not ACTIVE."
    small = filter_flavors([server_flavor(conn, server)], wanted.VCPUS, wanted.MAX_RAM, wanted.MAX_DISK)
    yield "size", "" if small else "Its flavor does not meet the requirements in wanted.py."
    images: Any = [image for image in conn.image.images() if server.image and image.id == server.image.id]
    system = filter_images(images, distro=wanted.DISTRO, version=wanted.VERSION)
    system = system or filter_images(images, tags=usual_tags(wanted))
    yield "operating system", "" if system else "Its image does not meet the requirements in wanted.py."
    yield "its key pair", "" if server.key_name == KEY else f"Its key pair is {server.key_name}, and not {KEY}."
    alone = group and server_groups(conn, server) == {group.id}
    yield "its security group", "" if alone else f"Its security group is to be {GROUP}, and no other one."


def look_at_page(conn: Connection) -> Findings:
    """Look for the floating IP, and get the page through it."""
    server = _find_server(conn)
    found: list[Any] = server_addresses(conn, server) if server else []
    if not found:
        yield "floating IP", f"No floating IP with the mark as its description leads to {SERVER}."
        return
    address = found[0].floating_ip_address
    if not filter_marked(found):
        call = f"conn.network.update_ip({found[0].id!r}, description={MARK!r})"
        advice = f"If it was borrowed for this, put it on: {call}. If you had it before, detach it, and take another."
        yield "floating IP", f"{address} leads to {SERVER}, but without the mark. {advice}"
        return
    yield "floating IP", ""
    yield "page", _what_the_page_lacks(address)
    yield "SSH", "" if _answers(address, 22) else "Port 22 does not answer you. Is the address in the rule your own?"


def _find_group(conn: Connection) -> Any:
    return next(iter(filter_marked(conn.network.security_groups(), GROUP)), None)


def _find_server(conn: Connection) -> Any:
    return next(iter(filter_marked(conn.list_servers(), SERVER)), None)


def _what_the_key_lacks(conn: Connection) -> str:
    file, pair = Path(f"{KEY}.pem"), conn.get_keypair(KEY)
    try:
        public = public_key(file)
    except CourseError as error:
        return str(error)
    if not public:
        return f"There is no private key in {file}."
    if pair and fits(public, pair):
        return ""
    return f"The key in {file} does not fit the key pair: it was made before, or for another cloud."


def _is_one_address(source: str) -> bool:
    try:
        return ipaddress.ip_network(source).num_addresses == 1
    except ValueError:
        return False


def _answers(address: str, port: int) -> bool:
    try:
        wait_for_port(address, port, timeout=_PATIENCE_SECONDS)
    except CourseError:
        return False
    return True


def _what_the_page_lacks(address: str) -> str:
    if not _answers(address, 80):
        if knock(address) == "refused":
            return (
                f"http://{address}/ refuses: nothing listens there. If its console log says that it has booted, it was "
                "not told to install a web server: user data counts at the first boot only, so rebuild the server."
            )
        return f"http://{address}/ does not answer. It may still boot."
    try:
        page = requests.get(f"http://{address}/", timeout=_PATIENCE_SECONDS).text
    except requests.RequestException as error:
        return f"http://{address}/ does not answer as a web server does: {error}"
    return "" if SENTENCE in page else f"The page does not say: {SENTENCE}"

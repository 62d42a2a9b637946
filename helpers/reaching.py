"""Reach a server at its floating IP, and find out why it does not answer."""

import base64
import http.client
import os
import shlex
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from openstack.compute.v2.server import Server
from openstack.connection import Connection
from openstack.network.v2.port import Port

from helpers.errors import CourseError
from helpers.progress import ProgressLine

_ATTEMPT_SECONDS = 3
# In the order in which providers' help pages list them.
_SILENT = (
    "no rule of its security groups lets that port in; it is off, or has not booted yet; the floating IP is not "
    "attached to it; or it is another address. Ask why_unreachable(conn, server, port)."
)
_ANYBODY = {None, "0.0.0.0/0"}
_REFUSED = "the server is there, but nothing listens at that port. Look at conn.get_server_console(server)."


def wait_for_port(address: str, port: int, timeout: float = 60) -> None:
    """Wait until something answers at a port, and show that it goes on.

    Args:
        address: The floating IP.
        port: 22 for SSH, 80 for a web page.
        timeout: How many seconds to wait.

    Raises:
        CourseError: Nothing answers in that time; the message names the likely reasons.
    """
    deadline = time.monotonic() + timeout
    with ProgressLine(f"{address} port {port}") as line:
        while True:
            try:
                _connect(address, port).close()
                return line.update("answers")
            except ConnectionError:
                said, reasons = "refuses", _REFUSED
            except OSError:
                said, reasons = "is silent", _SILENT
            line.update(said)
            if time.monotonic() > deadline:
                raise CourseError(f"{address} {said} at port {port} for {timeout:g} s. Likely reasons: {reasons}")
            time.sleep(0.5)


def run_over_ssh(server: Server, command: str, key: str | Path, user: str = "ubuntu") -> str:
    """Run a command on a server, and show the very line that you would type in a terminal.

    Args:
        server: The server, with a floating IP.
        command: What to run there.
        key: The file with your private key.
        user: The user name that the server's image has.

    Returns:
        What the command printed.

    Raises:
        CourseError: You cannot log in, or the command failed; the message has ssh's own words.
    """
    config = ["-F", file] if (file := os.environ.get("PRACTICE_CLOUD_SSH_CONFIG")) else []
    options = [
        "-i",
        str(key),
        "-o",
        "BatchMode=yes",
        "-o",
        "ConnectTimeout=20",
        "-o",
        "StrictHostKeyChecking=accept-new",
    ]
    line = ["ssh", *config, *options, f"{user}@{server.public_v4}", command]
    print("$", shlex.join(line).replace(str(Path.home()), "~"))
    result = subprocess.run(line, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if result.returncode:
        raise CourseError(f"ssh ended with exit code {result.returncode}: {(result.stderr or result.stdout).strip()}")
    return result.stdout


def why_unreachable(conn: Connection, server: Server, port: int) -> list[str]:
    """Say what the cloud's APIs know of that keeps you from a server's port.

    Whether a guest has booted, and whether anything listens there, no API knows: for that there is the console log.

    Args:
        conn: The connection to the server's cloud.
        server: The server.
        port: The TCP port that you want to reach.

    Returns:
        A sentence for each obstacle, each with what to do. Empty where the APIs know of none.
    """
    if not (current := conn.get_server(server.id)):
        return ["It is there no more. Create it again."]
    server, found = current, []
    if server.status != "ACTIVE":
        found.append(f"It is {server.status}, not ACTIVE. Start it: conn.compute.start_server(server.id).")
    if not server.public_v4:
        found.append("It has no floating IP. Attach one: conn.add_ip_list(server, [address]).")
    sources = {
        source for entrance in conn.list_ports({"device_id": server.id}) for source in _let_in(conn, entrance, port)
    }
    if not sources:
        found.append(f"None of its security groups lets TCP port {port} in. Add a rule, or a group that has one.")
    elif not sources & _ANYBODY:
        found.append(
            f"At TCP port {port}, only {', '.join(map(str, sources))} may come in. Is your address among them? "
            "On the practice cloud it is 198.51.100.7."
        )
    if port == 22 and not server.key_name:
        found.append("It was created without a key pair, so nobody can log in. Create it again with key_name=.")
    return found


def _let_in(conn: Connection, entrance: Port, port: int) -> set[str | None]:
    """Return from where a server's port lets connections to a TCP port in; None is anywhere."""
    if not entrance.is_port_security_enabled:
        return {None}
    rules = [r for id_ in entrance.security_group_ids for r in conn.network.security_group_rules(security_group_id=id_)]
    return {
        rule.remote_ip_prefix or rule.remote_address_group_id
        for rule in rules
        if rule.direction == "ingress"
        and rule.ether_type == "IPv4"
        and rule.protocol in (None, "tcp", "6")
        and (rule.port_range_min is None or rule.port_range_min <= port <= rule.port_range_max)
        and not rule.remote_group_id
    }


def _connect(address: str, port: int) -> socket.socket:
    """Open a connection, through the practice cloud's gateway where that is this kernel's proxy."""
    proxy = urlsplit(urllib.request.getproxies().get("http", ""))
    if proxy.username != "practice-cloud":
        return socket.create_connection((address, port), timeout=_ATTEMPT_SECONDS)
    login = base64.b64encode(f"{proxy.username}:{proxy.password}".encode()).decode()
    gateway = http.client.HTTPConnection(proxy.hostname or "", proxy.port, timeout=_ATTEMPT_SECONDS)
    gateway.set_tunnel(address, port, {"Proxy-Authorization": f"Basic {login}"})
    gateway.connect()
    return gateway.sock

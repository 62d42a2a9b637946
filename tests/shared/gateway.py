"""A page and an SSH server behind the gateway, and how a connection to them ends."""

import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import openstack
import pytest
import requests
from conftest import requirements
from shared.cloud import active, wait_until

import practice_cloud

PAGE = "<h1>It works</h1>"
CLOUD_CONFIG = f"""#cloud-config
packages: [nginx]
write_files:
  - path: /var/www/html/index.html
    content: {PAGE}
"""


@pytest.fixture(scope="module")
def running_cloud(cloud_home):
    """The cloud of the session, which another file may have left stopped."""
    practice_cloud.start()


@pytest.fixture(scope="module")
def site(running_cloud, tmp_path_factory):
    """A server that serves a page, with a group of rules of its own: conn, server, group and the file with the key."""
    practice_cloud.reset()
    conn = openstack.connect(cloud="practice")
    key = tmp_path_factory.mktemp("key") / "course.pem"
    key.touch(mode=0o600)
    key.write_text(conn.create_keypair("course").private_key)
    group = conn.create_security_group("web", "SSH and HTTP")
    wanted = requirements(conn) | {"key_name": "course", "security_groups": ["web"], "userdata": CLOUD_CONFIG}
    server = active(conn, conn.create_server("web_server", auto_ip=False, meta={}, **wanted))
    conn.add_ip_list(server, [conn.create_floating_ip().floating_ip_address], wait=True)
    return conn, conn.get_server(server.id), group, key


@pytest.fixture
def rules(site):
    """Let a test make rules; none is left behind."""
    conn, server, group, _ = site

    def allow(port: int | None = None, **options):
        ports = {"port_range_min": port, "port_range_max": port} if port else {}
        protocol = options.pop("protocol", "tcp")
        return conn.create_security_group_rule(group.id, protocol=protocol, **ports, **options)

    yield allow
    for rule in conn.get_security_group(group.id).security_group_rules:
        if rule["direction"] == "ingress":
            conn.delete_security_group_rule(rule["id"])


def proxies() -> dict[str, str]:
    """Return what requests wants to know."""
    return {"http": practice_cloud.proxy()}


# How long nobody answers where silence is expected; and where an answer is, how long it may take on a busy machine.
SILENCE, ANSWER = 1.5, 30


def outcome(server, port: int = 80, expected: str = "silent") -> str:
    """Return how a server answers at a port: with a page, silent, or refused. What is expected may take its time."""
    seconds = SILENCE if expected == "silent" else ANSWER
    try:
        requests.get(f"http://{server.public_v4}:{port}/", proxies=proxies(), timeout=seconds)
        return "answers"
    except requests.Timeout:
        return "silent"
    except requests.ConnectionError:
        return "refused"


def curl(url: str, *options: str) -> subprocess.CompletedProcess:
    """Run the real curl as a notebook would."""
    environment = {**os.environ, "http_proxy": practice_cloud.proxy()}
    return subprocess.run(["curl", "-sS", "-m", "10", *options, url], env=environment, capture_output=True, text=True)


def ssh(cloud_home, site, command: str, user: str = "ubuntu", key=None, below=()) -> subprocess.CompletedProcess:
    """Run the real ssh with the cloud's configuration."""
    line = [*below, "ssh", "-F", cloud_home / "ssh_config", "-i", key or site[3], "-o", "BatchMode=yes"]
    line += ["-o", "ConnectTimeout=5", f"{user}@{site[1].public_v4}", command]
    return subprocess.run(line, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)


@pytest.fixture
def foreign_web_server():
    """A web server that is none of the cloud's: its address, and what it was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, dict(self.headers)))
            self.send_response(200)
            self.send_header("Content-Length", "9")
            self.end_headers()
            self.wfile.write(b"elsewhere")

        def log_message(self, *arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def host_key(cloud_home, server) -> str:
    """Return a server's host key as ssh sees it."""
    (cloud_home / "known_hosts").write_text("")
    line = ["ssh", "-F", cloud_home / "ssh_config", "-o", "BatchMode=yes", f"nobody@{server.public_v4}", "true"]
    subprocess.run(line, capture_output=True, stdin=subprocess.DEVNULL)
    return (cloud_home / "known_hosts").read_text().split(maxsplit=1)[1]


def booted(site) -> None:
    """Wait until the guest is there."""
    wait_until(lambda: "login:" in site[0].get_server_console(site[1]), 30)

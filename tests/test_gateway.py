"""Who gets in to a server, and who does not: with the real ssh and curl, on the practice cloud."""

import base64
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import openstack
import psutil
import pytest
import requests
import yaml
from conftest import requirements
from test_lifecycle import practice_cloud_command, wait_until
from test_practice_cloud import active

from helpers import forget_host_key, practice_cloud, run_over_ssh, wait_for_port, why_unreachable
from helpers.errors import CourseError

PAGE = "<h1>It works</h1>"
CLOUD_CONFIG = f"""#cloud-config
packages: [nginx]
write_files:
  - path: /var/www/html/index.html
    content: {PAGE}
"""
YOUR_ADDRESS = "198.51.100.7/32"
ELSEWHERE = "192.0.2.0/24"
# How long nobody answers where silence is expected; and where an answer is, how long it may take on a busy machine.
SILENCE, ANSWER = 1.5, 30


@pytest.fixture(scope="module")
def site(cloud_home, tmp_path_factory):
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


def booted(site) -> None:
    """Wait until the guest is there."""
    wait_until(lambda: "login:" in site[0].get_server_console(site[1]), 30)


def test_a_page_is_served_through_the_floating_ip(site, rules):
    booted(site)
    rules(80)
    answer = requests.get(f"http://{site[1].public_v4}/", proxies=proxies(), timeout=5)
    assert answer.text.strip() == PAGE
    assert curl(f"http://{site[1].public_v4}/").stdout.strip() == PAGE


def test_ssh_gives_a_prompt_and_runs_commands(cloud_home, site, rules):
    booted(site)
    rules(22)
    said = ssh(cloud_home, site, "hostname")
    assert (said.returncode, said.stdout.strip()) == (0, "web-server"), said
    assert ssh(cloud_home, site, "cat /var/www/html/index.html").stdout.strip() == PAGE
    metadata = json.loads(ssh(cloud_home, site, "curl http://169.254.169.254/openstack/latest/meta_data.json").stdout)
    assert metadata["uuid"] == site[1].id


def test_ssh_gives_up_when_it_is_told_to_also_below_nohup(cloud_home, site):
    said = ssh(cloud_home, site, "hostname", below=["nohup"])
    assert said.returncode == 255
    assert "Connection timed out" in said.stderr


def test_a_wrong_key_and_a_wrong_user_name_are_refused(cloud_home, site, rules, tmp_path):
    booted(site)
    rules(22)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "other"], check=True)
    for said in (ssh(cloud_home, site, "id", key=tmp_path / "other"), ssh(cloud_home, site, "id", user="root")):
        assert said.returncode == 255
        assert "Permission denied (publickey)" in said.stderr


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (None, "silent"),
        ({"port": 80}, "answers"),
        ({}, "answers"),
        ({"protocol": None}, "answers"),
        ({"protocol": "udp"}, "silent"),
        ({"port": 81}, "silent"),
        ({"port": 80, "remote_ip_prefix": "0.0.0.0/0"}, "answers"),
        ({"port": 80, "remote_ip_prefix": YOUR_ADDRESS}, "answers"),
        ({"port": 80, "remote_ip_prefix": ELSEWHERE}, "silent"),
        ({"port": 80, "remote_ip_prefix": "::/0", "ethertype": "IPv6"}, "silent"),
        ({"port": 80, "direction": "egress"}, "silent"),
    ],
)
def test_a_rule_for_protocol_port_and_source_decides(site, rules, rule, expected):
    booted(site)
    if rule is not None:
        rules(**rule)
    assert outcome(site[1], expected=expected) == expected


def test_a_remote_group_does_not_contain_you_and_an_address_group_may(site, rules):
    booted(site)
    conn, server, group, _ = site
    rules(80, remote_group_id=group.id)
    assert outcome(server) == "silent"
    for address, expected in ((ELSEWHERE, "silent"), (YOUR_ADDRESS, "answers")):
        addresses = conn.network.create_address_group(name="you", addresses=[address])
        rule = {"security_group_id": group.id, "direction": "ingress", "protocol": "tcp"}
        rule = conn.network.create_security_group_rule(**rule, remote_address_group_id=addresses.id)
        assert outcome(server, expected=expected) == expected
        conn.network.delete_security_group_rule(rule)
        conn.network.delete_address_group(addresses)


def test_a_rule_counts_from_the_next_connection_on(site, rules):
    booted(site)
    conn, server, *_ = site
    with requests.Session() as session:
        for _ in range(2):
            rule = rules(80)
            assert session.get(f"http://{server.public_v4}/", proxies=proxies(), timeout=ANSWER).ok
            conn.delete_security_group_rule(rule.id)
            with pytest.raises(requests.Timeout):
                session.get(f"http://{server.public_v4}/", proxies=proxies(), timeout=SILENCE)


def test_port_security_off_lets_everything_in(site, rules):
    booted(site)
    conn, server, group, _ = site
    port = conn.list_ports({"device_id": server.id})[0]
    conn.network.update_port(port, security_groups=[], is_port_security_enabled=False)
    assert outcome(server, expected="answers") == "answers"
    conn.network.update_port(port, is_port_security_enabled=True, security_groups=[group.id])
    assert outcome(server) == "silent"


def test_where_nothing_listens_the_connection_is_refused(site, rules):
    booted(site)
    rules(8080)
    assert outcome(site[1], 8080, "refused") == "refused"
    assert curl(f"http://{site[1].public_v4}:8080/").returncode != 0
    said = practice_cloud_command("connect", site[1].public_v4, "8080", input="")
    assert (said.returncode, said.stderr) == (
        1,
        f"practice-cloud: connect to {site[1].public_v4} port 8080: Connection refused\n",
    )


def test_connect_joins_standard_input_and_output(site, rules):
    booted(site)
    rules(80)
    said = practice_cloud_command("connect", site[1].public_v4, "80", input="GET / HTTP/1.0\r\n\r\n")
    assert said.stdout.startswith("HTTP/1.")
    assert PAGE in said.stdout


def test_a_server_without_a_floating_ip_is_silent_and_answers_at_its_next_one(site, rules):
    booted(site)
    rules(80)
    conn, server, *_ = site
    conn.detach_ip_from_server(server.id, conn.get_floating_ip(server.public_v4).id)
    floating = conn.list_floating_ips()[0]
    assert outcome(server) == "silent"
    conn.add_ip_list(conn.get_server(server.id), [floating.floating_ip_address], wait=True)
    assert outcome(server, expected="answers") == "answers"


@pytest.mark.parametrize(
    ("off", "on", "boots"),
    [
        ("stop_server", "start_server", True),
        ("pause_server", "unpause_server", False),
        ("suspend_server", "resume_server", False),
        ("shelve_server", "unshelve_server", True),
    ],
)
def test_a_server_that_is_off_is_silent_and_lets_in_again_when_it_is_on(cloud_home, site, rules, off, on, boots):
    booted(site)
    rules(80)
    conn, server, *_ = site
    getattr(conn.compute, off)(server.id)
    wait_until(lambda: not conn.compute.get_server(server.id).task_state)
    wait_until(lambda: conn.compute.get_server(server.id).status != "ACTIVE")
    assert outcome(server) == "silent"
    getattr(conn.compute, on)(server.id)
    wait_until(lambda: conn.compute.get_server(server.id).status == "ACTIVE")
    if boots:
        assert outcome(server) == "silent"
    wait_until(lambda: outcome(server) == "answers", 20)
    rules(22)
    assert ssh(cloud_home, site, "whoami").stdout == "ubuntu\n"


def host_key(cloud_home, server) -> str:
    """Return a server's host key as ssh sees it."""
    (cloud_home / "known_hosts").write_text("")
    line = ["ssh", "-F", cloud_home / "ssh_config", "-o", "BatchMode=yes", f"nobody@{server.public_v4}", "true"]
    subprocess.run(line, capture_output=True, stdin=subprocess.DEVNULL)
    return (cloud_home / "known_hosts").read_text().split(maxsplit=1)[1]


def answers_after_its_task(conn, server) -> None:
    """Wait until Nova is done with a server, and it has booted; before that, it answers as it was."""
    wait_until(lambda: not conn.compute.get_server(server.id).task_state)
    wait_until(lambda: outcome(server) == "answers", 30)


def test_reboot_and_restart_of_the_cloud_keep_the_host_key_and_a_rebuild_changes_it(cloud_home, site, rules):
    booted(site)
    rules(22)
    rules(80)
    conn, server, *_ = site
    first = host_key(cloud_home, server)
    conn.compute.reboot_server(server.id, "HARD")
    answers_after_its_task(conn, server)
    assert host_key(cloud_home, server) == first
    practice_cloud.stop()
    practice_cloud.start()
    wait_until(lambda: outcome(server) == "answers", 20)
    assert host_key(cloud_home, server) == first
    image = next(image for image in conn.list_images() if image.name == "Debian 12 Bookworm")
    conn.compute.rebuild_server(server.id, image=image.id)
    answers_after_its_task(conn, server)
    assert host_key(cloud_home, server) != first
    (cloud_home / "known_hosts").write_text("")
    assert 'ID="debian"' in ssh(cloud_home, site, "cat /etc/os-release", user="debian").stdout
    conn.compute.rebuild_server(server.id, image=requirements(conn)["image"])
    answers_after_its_task(conn, server)
    (cloud_home / "known_hosts").write_text("")


@pytest.mark.parametrize("process", ["gateway", "nova", "neutron"])
def test_guests_come_back_after_a_kill(site, rules, process):
    booted(site)
    rules(80)
    os.kill(practice_cloud.status()["services"][process]["pid"], 9)
    practice_cloud.start()
    wait_until(lambda: outcome(site[1]) == "answers", 30)


def test_the_proxy_without_its_secret_is_a_407(cloud_home):
    url = urlsplit(practice_cloud.proxy())
    for login in ("", "practice-cloud:wrong@"):
        proxy = f"http://{login}{url.hostname}:{url.port}"
        assert requests.get("http://203.0.113.5/", proxies={"http": proxy}, timeout=5).status_code == 407


@pytest.fixture
def elsewhere():
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
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_every_other_address_is_passed_on_unchanged(cloud_home, elsewhere):
    address, asked = elsewhere
    answer = requests.get(f"{address}/a?b=c", proxies=proxies(), headers={"X-Mine": "kept"}, timeout=5)
    assert answer.text == "elsewhere"
    path, headers = asked[0]
    assert (path, headers["X-Mine"], headers["Host"]) == ("/a?b=c", "kept", address.removeprefix("http://"))
    assert not [name for name in headers if name.lower().startswith("proxy-")]


def test_the_proxy_that_the_user_had_before_is_used_for_other_addresses(another_home, elsewhere, monkeypatch):
    address, asked = elsewhere
    monkeypatch.setenv("http_proxy", address.replace("//", "//me:mine@"))
    practice_cloud.start()
    assert requests.get("http://example.org/page", proxies=proxies(), timeout=5).text == "elsewhere"
    path, headers = asked[0]
    assert path == "http://example.org/page"
    assert headers["Proxy-Authorization"] == "Basic " + base64.b64encode(b"me:mine").decode()


def test_an_address_that_does_not_answer_is_told(cloud_home):
    answer = requests.get("http://127.0.0.1:1/", proxies=proxies(), timeout=5)
    assert answer.status_code == 502
    assert "The gateway of the practice cloud cannot reach that" in answer.text


def test_a_hundred_connections_at_once_and_a_slow_client(site, rules):
    booted(site)
    rules(80)
    url = urlsplit(practice_cloud.proxy())
    with socket.create_connection((url.hostname, url.port)) as slow:
        slow.sendall(b"G")
        with ThreadPoolExecutor(100) as pool:
            pages = list(
                pool.map(
                    lambda _: requests.get(f"http://{site[1].public_v4}/", proxies=proxies(), timeout=60).text,
                    range(100),
                )
            )
        slow.sendall(b"E")
    assert {page.strip() for page in pages} == {PAGE}


def test_helpers_wait_run_and_explain(site, rules, monkeypatch, cloud_home, capsys):
    conn, server, group, key = site
    booted(site)
    monkeypatch.setenv("http_proxy", practice_cloud.proxy())
    monkeypatch.setenv("PRACTICE_CLOUD_SSH_CONFIG", str(cloud_home / "ssh_config"))
    assert [
        "None of its security groups lets TCP port 22 in" in said for said in why_unreachable(conn, server, 22)
    ] == [True]
    with pytest.raises(CourseError, match="is silent at port 22 for 0 s. Likely reasons: no rule"):
        wait_for_port(server.public_v4, 22, timeout=0)
    rules(22, remote_ip_prefix=ELSEWHERE)
    assert "only 192.0.2.0/24 may come in" in why_unreachable(conn, server, 22)[0]
    rules(22)
    assert why_unreachable(conn, server, 22) == []
    wait_for_port(server.public_v4, 22)
    assert run_over_ssh(server, "whoami", key) == "ubuntu\n"
    assert re.search(r"^\$ ssh -F .*ubuntu@[\d.]+ whoami$", capsys.readouterr().out, re.MULTILINE)
    with pytest.raises(CourseError, match="Permission denied"):
        run_over_ssh(server, "whoami", key, user="nobody")
    with pytest.raises(CourseError, match="exit code 127: .*command not found"):
        run_over_ssh(server, "vim", key)
    forget_host_key(server)
    assert {path.stat().st_mode & 0o777 for path in cloud_home.glob("known_hosts*")} == {0o600}


@pytest.fixture
def loopback_cloud(another_home):
    """A cloud whose external network is inside loopback."""
    catalog = yaml.safe_load((Path(practice_cloud.__file__).parent / "catalog.yaml").read_text())
    catalog["networks"]["external"]["cidr"] = "127.203.113.0/24"
    catalog["hypervisor"]["boot_seconds"] = 0
    (another_home / "catalog.yaml").write_text(yaml.safe_dump(catalog))
    practice_cloud.start()
    return openstack.connect(cloud="practice")


def test_an_external_network_inside_loopback_is_reached_without_the_gateway(loopback_cloud):
    conn = loopback_cloud
    group = conn.create_security_group("web", "HTTP")
    wanted = requirements(conn) | {"security_groups": ["web"], "userdata": CLOUD_CONFIG}
    server = active(conn, conn.create_server("direct", auto_ip=False, **wanted))
    conn.add_ip_list(server, [conn.create_floating_ip().floating_ip_address], wait=True)
    url = f"http://{conn.get_server(server.id).public_v4}/"
    assert url.startswith("http://127.203.113.")
    conn.create_security_group_rule(group.id, protocol="tcp", port_range_min=80, port_range_max=80)
    deadline = time.monotonic() + 20
    while True:
        try:
            assert requests.get(url, timeout=SILENCE).text.strip() == PAGE
            break
        except requests.RequestException:
            assert time.monotonic() < deadline
    conn.delete_server(server.id, wait=True)
    with pytest.raises(requests.RequestException):
        requests.get(url, timeout=SILENCE)


def test_everything_listens_on_loopback_only(site):
    pids = [service["pid"] for service in practice_cloud.status()["services"].values()]
    listening = [c for pid in pids for c in psutil.Process(pid).net_connections("inet") if c.status == "LISTEN"]
    assert {connection.laddr.ip for connection in listening} == {"127.0.0.1"}


def test_the_tools_that_the_tests_use_are_there():
    assert shutil.which("ssh")
    assert shutil.which("curl")
    assert sys.platform != "win32"

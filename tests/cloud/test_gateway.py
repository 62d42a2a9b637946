"""Who gets in to a server, and who does not: with the real ssh and curl, on the practice cloud."""

import json
import re
import shutil
import subprocess
import sys
from urllib.parse import urlsplit

import psutil
import pytest
import requests
from shared.cloud import practice_cloud_command
from shared.gateway import ANSWER, PAGE, SILENCE, booted, curl, outcome, proxies, ssh

import practice_cloud
from helpers import forget_host_key, run_over_ssh, use_practice_cloud, wait_for_port, why_unreachable
from helpers.errors import CourseError

YOUR_ADDRESS = "198.51.100.7/32"
ELSEWHERE = "192.0.2.0/24"


pytestmark = pytest.mark.usefixtures("running_cloud")


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
        ({"port": 80, "remote_ip_prefix": YOUR_ADDRESS}, "answers"),
        ({"port": 80, "remote_ip_prefix": ELSEWHERE}, "silent"),
        ({"port": 81}, "silent"),
    ],
)
def test_a_rule_for_protocol_port_and_source_decides(site, rules, rule, expected):
    booted(site)
    rules(**rule)
    assert outcome(site[1], expected=expected) == expected


def test_an_address_group_may_contain_you_and_a_remote_group_not(site, rules):
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


@pytest.mark.parametrize("what", ["R4 router", "R4 interface of the router", "R5 port"])
def test_what_is_turned_off_is_silent_and_said_until_it_is_on_again(site, rules, monkeypatch, what):
    booted(site)
    rules(80)
    conn, server, *_ = site
    monkeypatch.setenv("http_proxy", practice_cloud.proxy())
    router, (port,) = conn.list_routers()[0], conn.list_ports({"device_id": server.id})
    (interface,) = conn.list_router_interfaces(router, interface_type="internal")
    if what == "R4 router":
        conn.network.update_router(router, is_admin_state_up=False)
    else:
        turned_off = port if what == "R5 port" else interface
        conn.network.update_port(turned_off, is_admin_state_up=False)
        assert conn.network.get_port(turned_off.id).status == "DOWN"
    assert outcome(server) == "silent"
    (said,) = why_unreachable(conn, server, 80)
    eval(said.partition("Turn it on: ")[2].removesuffix("."), {"conn": conn})
    assert outcome(server, expected="answers") == "answers"
    assert why_unreachable(conn, server, 80) == []
    assert {conn.network.get_port(one.id).status for one in (port, interface)} == {"ACTIVE"}


def test_where_nothing_listens_the_connection_is_refused(site, rules):
    booted(site)
    rules(8080)
    assert outcome(site[1], 8080, "refused") == "refused"
    assert curl(f"http://{site[1].public_v4}:8080/").returncode != 0
    said = practice_cloud_command("connect", site[1].public_v4, "8080", input="")
    assert said.returncode == 1
    assert said.stderr == f"practice-cloud: connect to {site[1].public_v4} port 8080: Connection refused\n"


def test_connect_joins_standard_input_and_output(site, rules):
    booted(site)
    rules(80)
    said = practice_cloud_command("connect", site[1].public_v4, "80", input="GET / HTTP/1.0\r\n\r\n")
    assert said.stdout.startswith("HTTP/1.")
    assert PAGE in said.stdout


def test_a_server_is_silent_until_it_has_a_floating_ip_again(site, rules):
    booted(site)
    rules(80)
    conn, server, *_ = site
    conn.detach_ip_from_server(server.id, conn.get_floating_ip(server.public_v4).id)
    floating = conn.list_floating_ips()[0]
    assert outcome(server) == "silent"
    conn.add_ip_list(conn.get_server(server.id), [floating.floating_ip_address], wait=True)
    assert outcome(server, expected="answers") == "answers"


def test_the_proxy_without_its_secret_is_a_407(cloud_home):
    url = urlsplit(practice_cloud.proxy())
    for login in ("", "practice-cloud:wrong@"):
        proxy = f"http://{login}{url.hostname}:{url.port}"
        assert requests.get("http://203.0.113.5/", proxies={"http": proxy}, timeout=5).status_code == 407


def test_every_other_address_is_passed_on_unchanged(cloud_home, foreign_web_server):
    address, asked = foreign_web_server
    answer = requests.get(f"{address}/a?b=c", proxies=proxies(), headers={"X-Mine": "kept"}, timeout=5)
    assert answer.text == "elsewhere"
    path, headers = asked[0]
    assert (path, headers["X-Mine"], headers["Host"]) == ("/a?b=c", "kept", address.removeprefix("http://"))
    assert not [name for name in headers if name.lower().startswith("proxy-")]


def test_p1_a_kernel_keeps_its_proxy_though_the_cloud_runs_already(cloud_home, foreign_web_server, monkeypatch):
    address, _ = foreign_web_server
    monkeypatch.delenv("http_proxy", raising=False)
    monkeypatch.setenv("HTTP_PROXY", address)
    for _ in range(2):
        use_practice_cloud()
        assert requests.get("http://example.org/page", timeout=5).text == "elsewhere"


def test_an_address_that_does_not_answer_is_told(cloud_home):
    answer = requests.get("http://127.0.0.1:1/", proxies=proxies(), timeout=5)
    assert answer.status_code == 502
    assert "The practice cloud's gateway cannot reach that address" in answer.text


def test_helpers_wait_run_and_explain(site, rules, monkeypatch, cloud_home, capsys):
    conn, server, group, key = site
    booted(site)
    monkeypatch.setenv("http_proxy", practice_cloud.proxy())
    monkeypatch.setenv("PRACTICE_CLOUD_SSH_CONFIG", str(cloud_home / "ssh_config"))
    (said,) = why_unreachable(conn, server, 22)
    assert "None of its security groups allows TCP port 22" in said
    with pytest.raises(CourseError, match="port 22: silent for 0 s. Likely reason: no rule"):
        wait_for_port(server.public_v4, 22, timeout=0)
    rules(22, remote_ip_prefix=ELSEWHERE)
    assert "Only 192.0.2.0/24 may connect to TCP port 22" in why_unreachable(conn, server, 22)[0]
    rules(22)
    assert why_unreachable(conn, server, 22) == []
    wait_for_port(server.public_v4, 22)
    assert run_over_ssh(server, "whoami", key) == "ubuntu\n"
    assert re.search(r"^(\$ ssh -F .*ubuntu@[\d.]+|ubuntu@\w+\$) whoami$", capsys.readouterr().out, re.MULTILINE)
    with pytest.raises(CourseError, match="Permission denied"):
        run_over_ssh(server, "whoami", key, user="nobody")
    with pytest.raises(CourseError, match="exit code 127: .*command not found"):
        run_over_ssh(server, "vim", key)
    forget_host_key(server)
    assert {path.stat().st_mode & 0o777 for path in cloud_home.glob("known_hosts*")} == {0o600}


def test_everything_listens_on_loopback_only(site):
    pids = [service["pid"] for service in practice_cloud.status()["services"].values()]
    listening = [c for pid in pids for c in psutil.Process(pid).net_connections("inet") if c.status == "LISTEN"]
    assert {connection.laddr.ip for connection in listening} == {"127.0.0.1"}


def test_the_tools_that_the_tests_use_are_there():
    assert shutil.which("ssh")
    assert shutil.which("curl")
    assert sys.platform != "win32"

"""Who gets in to a server, and who does not: with the real ssh and curl, on the practice cloud."""

import base64
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from urllib.parse import urlsplit

import openstack
import pytest
import requests
from conftest import requirements
from shared.cloud import active, wait_until
from shared.gateway import CLOUD_CONFIG, PAGE, SILENCE, booted, host_key, outcome, proxies, ssh

import practice_cloud
from practice_cloud.base.home import PACKAGE

pytestmark = pytest.mark.usefixtures("running_cloud")


def test_ssh_gives_up_when_it_is_told_to_also_below_nohup(cloud_home, site):
    said = ssh(cloud_home, site, "hostname", below=["nohup"])
    assert said.returncode == 255
    assert "Connection timed out" in said.stderr


@pytest.mark.parametrize(
    ("off", "on"),
    [
        ("stop_server", "start_server"),
        ("pause_server", "unpause_server"),
        ("suspend_server", "resume_server"),
        ("shelve_server", "unshelve_server"),
    ],
)
def test_a_server_that_is_off_is_silent_until_it_is_on_again(cloud_home, site, rules, off, on):
    booted(site)
    rules(80)
    conn, server, *_ = site
    getattr(conn.compute, off)(server.id)
    wait_until(lambda: not conn.compute.get_server(server.id).task_state)
    wait_until(lambda: conn.compute.get_server(server.id).status != "ACTIVE")
    assert outcome(server) == "silent"
    getattr(conn.compute, on)(server.id)
    wait_until(lambda: conn.compute.get_server(server.id).status == "ACTIVE")
    wait_until(lambda: outcome(server) == "answers", 20)
    rules(22)
    assert ssh(cloud_home, site, "whoami").stdout == "ubuntu\n"


@pytest.fixture
def slow_boots(cloud_home):
    """Let servers take ten seconds to boot, which the other tests do without."""
    at_once = (cloud_home / "catalog.yaml").read_text()
    for text in (at_once.replace("boot_seconds: 0", "boot_seconds: 10"), at_once):
        (cloud_home / "catalog.yaml").write_text(text)
        practice_cloud.stop()
        practice_cloud.start()
        if text != at_once:
            yield


def test_a_server_is_silent_until_it_has_booted(site, rules, slow_boots):
    rules(80)
    conn, server, *_ = site
    conn.compute.stop_server(server.id)
    wait_until(lambda: conn.compute.get_server(server.id).status == "SHUTOFF")
    conn.compute.start_server(server.id)
    wait_until(lambda: conn.compute.get_server(server.id).status == "ACTIVE")
    assert outcome(server) == "silent"
    wait_until(lambda: outcome(server) == "answers", 60)


def answers_after_its_task(conn, server) -> None:
    """Wait until Nova is done with a server, and it has booted; before that, it answers as it was."""
    wait_until(lambda: not conn.compute.get_server(server.id).task_state)
    wait_until(lambda: outcome(server) == "answers", 30)


def test_the_host_key_changes_with_a_rebuild_only(cloud_home, site, rules):
    """A reboot of the server and a restart of the cloud keep it."""
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


def test_the_users_own_proxy_is_used_for_other_addresses(another_home, foreign_web_server, monkeypatch):
    address, asked = foreign_web_server
    monkeypatch.setenv("http_proxy", address.replace("//", "//me:mine@"))
    practice_cloud.start()
    assert requests.get("http://example.org/page", proxies=proxies(), timeout=5).text == "elsewhere"
    path, headers = asked[0]
    assert path == "http://example.org/page"
    assert headers["Proxy-Authorization"] == "Basic " + base64.b64encode(b"me:mine").decode()


def test_a_hundred_connections_at_once_and_a_slow_client(site, rules):
    booted(site)
    rules(80)
    address, proxy = f"http://{site[1].public_v4}/", urlsplit(practice_cloud.proxy())
    with socket.create_connection((proxy.hostname, proxy.port)) as slow:
        slow.sendall(b"G")
        with ThreadPoolExecutor(100) as pool:
            pages = list(pool.map(lambda _: requests.get(address, proxies=proxies(), timeout=60).text, range(100)))
        slow.sendall(b"E")
    assert {page.strip() for page in pages} == {PAGE}


@pytest.fixture
def loopback_cloud(another_home):
    """A cloud whose external network is inside loopback."""
    shipped = (PACKAGE / "catalog.yaml").read_text().replace("boot_seconds: 3", "boot_seconds: 0")
    (another_home / "catalog.yaml").write_text(shipped.replace("cidr: 203.0.113.0/24", "cidr: 127.203.113.0/24"))
    practice_cloud.start()
    return openstack.connect(cloud="practice")


def test_an_external_network_inside_loopback_needs_no_gateway(loopback_cloud):
    conn = loopback_cloud
    group = conn.create_security_group("web", "HTTP")
    wanted = requirements(conn) | {"security_groups": ["web"], "userdata": CLOUD_CONFIG}
    server = active(conn, conn.create_server("direct", auto_ip=False, **wanted))
    conn.add_ip_list(server, [conn.create_floating_ip().floating_ip_address], wait=True)
    url = f"http://{conn.get_server(server.id).public_v4}/"
    assert url.startswith("http://127.203.113.")
    conn.create_security_group_rule(group.id, protocol="tcp", port_range_min=80, port_range_max=80)

    def page() -> str | None:
        with suppress(requests.RequestException):
            return requests.get(url, timeout=SILENCE).text.strip()

    assert wait_until(page, 20) == PAGE
    conn.delete_server(server.id, wait=True)
    with pytest.raises(requests.RequestException):
        requests.get(url, timeout=SILENCE)

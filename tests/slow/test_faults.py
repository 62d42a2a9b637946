"""Each fault keeps people out in its own way, is repaired whatever else was, and touches nothing of anybody else's."""

from types import SimpleNamespace

import pytest
from conftest import ROOT
from shared.cloud import WANTED

import practice_cloud
from helpers import (
    ensure_security_group,
    ensure_web_server,
    forget_host_key,
    run_over_ssh,
    wait_for_port,
    why_unreachable,
)
from helpers.connectivity import knock
from helpers.errors import CourseError
from helpers.exercises.faults import inject, repair

# What each fault looks like at ports 80 and 22, and what the cloud's APIs know about it.
FAULTS = {
    1: ("silent", "silent", "It has no floating IP"),
    2: ("silent", "answers", "None of its security groups allows TCP port 80"),
    3: ("answers", "answers", "It has no key pair"),
    4: ("silent", "silent", "It is SHUTOFF"),
    5: ("silent", "answers", "Only 192.0.2.0/24 may connect"),
}


@pytest.fixture
def key(monkeypatch, cloud_home, tmp_path):
    """Servers are reached as in a notebook, with a key pair of the test's own."""
    monkeypatch.setenv("http_proxy", practice_cloud.proxy())
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    monkeypatch.setenv("PRACTICE_CLOUD_SSH_CONFIG", str(cloud_home / "ssh_config"))
    return tmp_path / "course.pem"


def test_faults_are_injected_one_at_a_time_and_repaired(conn, key):
    repair(conn, key)
    assert conn.list_servers() == []
    mine = ensure_security_group(conn, "mine", ports=(80,))
    user_data = (ROOT / "notebooks/cloud_config.yaml").read_text()
    server = ensure_web_server(conn, WANTED, key, user_data)
    address = server.public_v4
    # A learner's own rule for a range would keep the page open.
    group = ensure_security_group(conn, "web", ports=(22, 80))
    conn.create_security_group_rule(group.id, protocol="tcp", port_range_min=22, port_range_max=80)
    for number in [*FAULTS, 5, 1]:
        inject(conn, server, number, key)
        at_80, at_22, known = FAULTS[number]
        obstacles = [why_unreachable(conn, server, port) for port in (80, 22)]
        assert known in str(obstacles)
        assert len(set(sum(obstacles, []))) == 1
        assert (knock(address), knock(address, 22)) == (at_80, at_22)
    repair(conn, key)
    assert ensure_web_server(conn, WANTED, key, user_data).public_v4 == address
    assert (why_unreachable(conn, server, 80), why_unreachable(conn, server, 22)) == ([], [])
    assert run_over_ssh(conn.get_server(server.id), "whoami", key) == "ubuntu\n"
    conn.compute.rebuild_server(server, server.image.id)
    conn.compute.wait_for_server(server)
    wait_for_port(address, 22)
    with pytest.raises(CourseError, match=r"host key has changed, as it does after a rebuild: call forget_host_key"):
        run_over_ssh(conn.get_server(server.id), "whoami", key)
    assert len(conn.list_floating_ips()) == 1
    assert conn.get_security_group_by_id(mine.id).security_group_rules == mine.security_group_rules

    with pytest.raises(CourseError, match="only faults 1 to 5"):
        inject(conn, server, 6, key)
    conn.delete_server_metadata(server.id, ["course"])
    with pytest.raises(CourseError, match="only for the course's web_server"):
        inject(conn, conn.get_server(server.id), 4, key)


def test_a_host_key_is_forgotten_where_it_is_remembered(tmp_path, monkeypatch):
    monkeypatch.setenv("PRACTICE_CLOUD_SSH_CONFIG", str(tmp_path / "ssh_config"))
    line = "{} ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIuq4zXOJC8yuZkH3Wxs2WpT6Ouzr5cVl4S1zOdcxHbA\n"
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text(line.format("203.0.113.7") + line.format("203.0.113.8"))
    forget_host_key(SimpleNamespace(public_v4="203.0.113.7"))
    assert known_hosts.read_text() == line.format("203.0.113.8")
    forget_host_key(SimpleNamespace(public_v4=""))
    assert known_hosts.read_text() == line.format("203.0.113.8")

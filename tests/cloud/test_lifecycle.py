"""Starting, stopping, resetting and losing parts of the practice cloud."""

import json
import os
import re
import shutil
import subprocess
import sys
from types import SimpleNamespace

import openstack
import psutil
import pytest
from conftest import home_at, processes, requirements
from shared.breaking import comes_back_after_a_kill, is_pristine_after_a_reset
from shared.cloud import active, all_gone, floating_addresses, practice_cloud_command, wait_until
from shared.projects import enroll

import practice_cloud
from helpers import connect
from helpers.errors import CourseError
from practice_cloud.base.home import PACKAGE
from practice_cloud.gateway import GATEWAY
from practice_cloud.services import SERVICES

PROCESSES = [*(name for name, service in SERVICES.items() if not service.runs_in), GATEWAY]


def test_status_as_json_is_the_agreed_interface(cloud, cloud_home):
    now = json.loads(practice_cloud_command("status", "--json").stdout)
    assert now["running"] is True
    assert now["home"] == str(cloud_home)
    assert now["clouds_yaml"] == str(cloud_home / "clouds.yaml")
    assert sorted(now["services"]) == sorted([*SERVICES, GATEWAY])
    for service in now["services"].values():
        assert psutil.pid_exists(service["pid"])
        assert service["url"].startswith("http://127.0.0.1:")


def test_start_is_idempotent(cloud):
    before = cloud.status()
    assert cloud.start() == before
    assert practice_cloud_command("start").returncode == 0
    assert cloud.status() == before


def test_the_supervisors_log_has_no_warnings_of_libraries(built_cloud):
    """It says what happened, though."""
    log = (built_cloud / "logs" / "supervisor.log").read_text()
    assert "INFO alembic.runtime.migration" in log
    assert [line for line in log.splitlines() if "Warning" in line] == []


def test_stop_leaves_no_process_behind(cloud):
    everything = processes()
    assert len(everything) == len(PROCESSES) + 1
    cloud.stop()
    assert all_gone(everything)


def test_stop_and_start_keep_servers_addresses_and_ids(conn, cloud):
    server = active(conn, conn.create_server(name="kept", **requirements(conn)))
    floating_ip = conn.create_floating_ip()
    conn.add_ip_list(server, [floating_ip.floating_ip_address], wait=True)
    before = conn.get_server(server.id)
    ports = {name: service["url"] for name, service in cloud.status()["services"].items()}

    assert practice_cloud_command("stop").returncode == 0
    assert not cloud.status()["running"]
    cloud.start()

    again = openstack.connect(cloud="practice").get_server(server.id)
    assert (again.id, again.status, again.addresses) == (before.id, "ACTIVE", before.addresses)
    assert floating_addresses(again) == [floating_ip.floating_ip_address]
    assert {name: service["url"] for name, service in cloud.status()["services"].items()} == ports
    # Nova's hypervisor still knows it, too.
    conn.compute.reboot_server(server.id, "HARD")
    wait_until(lambda: conn.get_server(server.id).status == "ACTIVE")


def test_a_killed_supervisor_leaves_nothing_behind(cloud, cloud_home):
    """The next start repairs everything."""
    supervisor, *services = processes()
    supervisor.kill()
    assert all_gone(services)
    assert not cloud.status()["running"]
    assert cloud.start()["running"]


def test_two_starts_at_once_end_with_one_cloud(cloud):
    cloud.stop()
    command = [sys.executable, "-m", "practice_cloud", "start"]
    both = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert cloud.status()["running"]


@pytest.mark.parametrize("home", ["/proc/practice-cloud", "/dev/null/practice-cloud"])
def test_a_home_that_cannot_be_written_is_named(home):
    with home_at(home):
        results = {command: practice_cloud_command(command) for command in ("status", "stop", "start")}
    assert [command for command, result in results.items() if result.stderr.count("\n") > 1] == []
    assert results["start"].returncode == 1
    assert home in results["start"].stderr
    assert "set PRACTICE_CLOUD_HOME to a folder on another disk" in results["start"].stderr


def test_what_a_machine_lacks_is_told_before_anything_starts(tmp_path, monkeypatch):
    """It may lack disk, memory, or a platform that can fork."""
    with home_at(tmp_path):
        with monkeypatch.context() as patch:
            patch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=2**20))
            with pytest.raises(practice_cloud.PracticeCloudError, match=f"300 MiB of disk in {tmp_path}"):
                practice_cloud.start()
        with monkeypatch.context() as patch:
            patch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=2**20))
            with pytest.raises(practice_cloud.PracticeCloudError, match="600 MiB of memory. Close other"):
                practice_cloud.start()
        monkeypatch.delattr(os, "fork")
        with pytest.raises(practice_cloud.PracticeCloudError, match="On Windows, use the Windows Subsystem"):
            practice_cloud.start()


def test_m2_a_reset_gives_a_learner_her_first_password_back(conn):
    passwords = {"original_password": conn.config.auth["password"], "password": "my own"}
    conn.identity.post(f"/users/{conn.current_user_id}/password", json={"user": passwords}).raise_for_status()
    with pytest.raises(CourseError, match="If you changed this user's password, run `practice-cloud reset`"):
        connect()
    assert practice_cloud_command("reset").returncode == 0
    openstack.connect(cloud="practice").authorize()


def test_start_refuses_a_wrong_catalog_before_anything_is_built(tmp_path):
    text = (PACKAGE / "catalog.yaml").read_text()
    (tmp_path / "catalog.yaml").write_text(text.replace("user: learner", "user: 007"))
    with home_at(tmp_path):
        result = practice_cloud_command("start")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.endswith("user: 7 is not of type 'string'. Put it in quotes.\n")
    assert not (tmp_path / "state").exists()


def test_reset_without_a_cloud_says_what_to_do(tmp_path):
    with home_at(tmp_path):
        result = practice_cloud_command("reset")
    assert result.returncode == 1
    assert result.stderr == "practice-cloud: The practice cloud does not exist yet. Start it first.\n"


def test_only_the_owner_can_read_the_state(cloud_home):
    for path in [cloud_home, *cloud_home.rglob("*")]:
        assert not path.stat().st_mode & 0o077, path


def test_apis_listen_on_loopback_only(cloud):
    pids = [service["pid"] for service in cloud.status()["services"].values()]
    listening = [c for pid in pids for c in psutil.Process(pid).net_connections("inet") if c.status == "LISTEN"]
    assert len({connection.laddr.port for connection in listening}) == len(PROCESSES)
    assert {connection.laddr.ip for connection in listening} == {"127.0.0.1"}


def test_logs_hold_no_passwords_and_no_tokens(conn, cloud_home):
    token = conn.auth_token
    active(conn, conn.create_server(name="logged", **requirements(conn)))
    passwords = json.loads((cloud_home / "secrets.json").read_text()).values()
    for log in (cloud_home / "logs").iterdir():
        text = log.read_text(errors="replace")
        assert not [secret for secret in (*passwords, token) if secret in text], log
        assert not re.search(r"gAAAAA[\w-]{40}", text), log


def test_reset_gives_the_pristine_catalog_back(cloud):
    is_pristine_after_a_reset(while_running=True)


def test_a_user_of_the_same_name_can_log_in_right_after_a_reset(cloud, tmp_path):
    """Keystone has forgotten the earlier one."""
    for _ in range(2):
        conn, _ = enroll("ada", tmp_path)
        assert conn.list_networks()
        cloud.reset()


@pytest.mark.parametrize("service", ["nova", GATEWAY])
def test_a_killed_process_is_seen_and_repaired(cloud, service):
    comes_back_after_a_kill(service)

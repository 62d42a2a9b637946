"""Starting, stopping, resetting and losing parts of the practice cloud."""

import json
import os
import re
import resource
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from types import SimpleNamespace

import openstack
import psutil
import pytest
from conftest import home_at, processes, requirements
from test_practice_cloud import active, floating_addresses

from helpers import practice_cloud
from helpers.practice_cloud.gateway import GATEWAY
from helpers.practice_cloud.services import SERVICES

PROCESSES = [*SERVICES, GATEWAY]


def practice_cloud_command(*arguments: str, **options) -> subprocess.CompletedProcess:
    """Run the command line in a process of its own."""
    command = [sys.executable, "-m", "helpers.practice_cloud", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)


def wait_until(condition, seconds: float = 60) -> None:
    """Wait until something becomes true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(0.1)


def catalog(conn) -> list[tuple[str, str]]:
    """Return the names and ids of all that a learner finds on the cloud."""
    resources = [*conn.list_flavors(), *conn.list_images(), *conn.list_networks(), *conn.list_routers()]
    return [(resource.name, resource.id) for resource in resources]


def all_gone(processes: list[psutil.Process]) -> bool:
    """Tell whether processes end within ten seconds."""
    _, alive = psutil.wait_procs(processes, timeout=10)
    return not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def test_status_as_json_is_the_agreed_interface(cloud, cloud_home):
    now = json.loads(practice_cloud_command("status", "--json").stdout)
    assert now["running"] is True
    assert now["home"] == str(cloud_home)
    assert now["clouds_yaml"] == str(cloud_home / "clouds.yaml")
    assert sorted(now["services"]) == sorted(PROCESSES)
    for service in now["services"].values():
        assert psutil.pid_exists(service["pid"])
        assert service["url"].startswith("http://127.0.0.1:")


def test_start_is_idempotent(cloud):
    before = cloud.status()
    assert cloud.start() == before
    assert practice_cloud_command("start").returncode == 0
    assert cloud.status() == before


def test_stop_leaves_no_process_behind(cloud):
    everything = processes()
    assert len(everything) == len(PROCESSES) + 1
    cloud.stop()
    assert all_gone(everything)


def test_the_cloud_ends_with_the_last_jupyterlab_that_uses_it(cloud):
    cloud.stop()
    # What a kernel sees of JupyterLab is the number of its process.
    labs = [subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) for _ in range(2)]
    for lab in labs:
        environment = {**os.environ, "JPY_PARENT_PID": str(lab.pid)}
        assert practice_cloud_command("start", env=environment).returncode == 0
    everything = processes()
    labs[0].communicate(b"\n")
    time.sleep(5)
    assert cloud.status()["running"]
    labs[1].communicate(b"\n")
    assert all_gone(everything)
    assert not cloud.status()["running"]


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


@pytest.mark.parametrize("while_running", [True, False])
def test_reset_gives_the_pristine_catalog_back(cloud, while_running):
    conn = openstack.connect(cloud="practice")
    before = catalog(conn)
    active(conn, conn.create_server(name="gone", **requirements(conn)))
    conn.create_floating_ip()
    conn.delete_image(conn.image.create_image(name="mine", disk_format="raw", container_format="bare", data=b"0").id)
    if not while_running:
        cloud.stop()
    assert practice_cloud_command("reset").returncode == 0
    cloud.start()

    conn = openstack.connect(cloud="practice")
    assert (conn.list_servers(), conn.list_floating_ips()) == ([], [])
    assert catalog(conn) == before
    active(conn, conn.create_server(name="new", **requirements(conn)))


@pytest.mark.parametrize("service", PROCESSES)
def test_a_killed_service_is_seen_and_repaired(cloud, service):
    pid = cloud.status()["services"][service]["pid"]
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: cloud.status()["services"][service]["pid"] != pid)
    assert cloud.start()["services"][service]["pid"]
    conn = openstack.connect(cloud="practice")
    # What the SDK returns as long as Neutron does not answer in time is an empty list.
    wait_until(conn.list_networks)
    active(conn, conn.create_server(name="after", **requirements(conn)))


def test_a_service_that_ends_again_and_again_is_restarted_later_each_time_and_then_given_up(cloud, monkeypatch):
    monkeypatch.setenv("PRACTICE_CLOUD_RESTART_SECONDS", "0.5")
    cloud.stop()
    cloud.start()

    def pid() -> int | None:
        return cloud.status()["services"]["glance"]["pid"]

    pauses = []
    for _ in range(5):
        killed, began = pid(), time.monotonic()
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda k=killed: pid() not in (k, None) or cloud.status()["message"].startswith("failed"))
        pauses.append(time.monotonic() - began)
    assert cloud.status()["message"] == "failed: glance ends again and again"
    assert pauses[:4] == sorted(pauses[:4])
    wait_until(lambda: not any(service["pid"] for service in cloud.status()["services"].values()))
    monkeypatch.undo()
    assert cloud.start()["running"]


def test_a_killed_supervisor_leaves_nothing_behind_and_start_repairs_it(cloud, cloud_home):
    supervisor, *services = processes()
    supervisor.kill()
    assert all_gone(services)
    assert not cloud.status()["running"]
    assert cloud.start()["running"]


def test_two_starts_at_once_end_with_one_cloud(cloud):
    cloud.stop()
    command = [sys.executable, "-m", "helpers.practice_cloud", "start"]
    both = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert cloud.status()["running"]


def test_a_port_taken_meanwhile_is_replaced(cloud):
    url = cloud.status()["services"]["neutron"]["url"]
    cloud.stop()
    with socket.socket() as thief:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        thief.bind(("127.0.0.1", int(url.rpartition(":")[2])))
        thief.listen()
        assert cloud.start()["services"]["neutron"]["url"] != url
        assert openstack.connect(cloud="practice").list_networks()


def start_command() -> subprocess.Popen:
    """Start the cloud as in a terminal, where Ctrl-C interrupts it."""
    command = [sys.executable, "-m", "helpers.practice_cloud", "start"]
    options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    # A shell that runs the tests in the background lets them ignore Ctrl-C; this process is not to.
    return subprocess.Popen(command, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), **options)


def test_an_interrupted_start_leaves_no_process_behind_however_early_that_was(tmp_path):
    with home_at(tmp_path):
        command = start_command()
        caller = psutil.Process(command.pid)
        wait_until(caller.children)
        supervisor = caller.children()[0]
        command.send_signal(signal.SIGINT)
        assert "run it again" in command.communicate(timeout=60)[1]
        assert not supervisor.is_running()


def test_an_interrupted_build_is_started_over_beside_another_cloud(cloud, tmp_path):
    def supervisor() -> int:
        return json.loads((tmp_path / "status.json").read_text())["pid"]

    with home_at(tmp_path):
        try:
            first = start_command()
            wait_until(lambda: (tmp_path / "state" / "keystone.db").exists())
            pid = supervisor()
            first.send_signal(signal.SIGINT)
            assert "run it again" in first.communicate(timeout=60)[1]
            assert first.returncode == 1

            second = start_command()
            wait_until(lambda: supervisor() != pid and practice_cloud.status()["message"] == "creating users")
            time.sleep(0.5)  # until the command has seen it, too
            os.kill(supervisor(), signal.SIGKILL)
            assert "it was ended while creating users. Logs:" in second.communicate(timeout=60)[1]
            assert second.returncode == 1

            assert practice_cloud.start()["running"]
            other = openstack.connect(cloud="practice")
            active(other, other.create_server(name="only-here", **requirements(other)))
        finally:
            practice_cloud.stop()
    assert cloud.status()["running"]
    assert openstack.connect(cloud="practice").list_servers() == []


def test_a_state_of_other_versions_is_built_anew_and_says_so(cloud_home, cloud, tmp_path):
    cloud.stop()
    shutil.copytree(cloud_home, tmp_path / "copy")
    with home_at(tmp_path / "copy"):
        built = tmp_path / "copy" / "built.json"
        built.write_text(json.dumps(json.loads(built.read_text()) | {"nova": "1.0"}))
        said = []
        try:
            assert practice_cloud.start(report=said.append)["running"]
            assert "creating databases, anew because of nova" in " ".join(said)
            assert json.loads(built.read_text())["nova"] != "1.0"
            conn = openstack.connect(cloud="practice")
            active(conn, conn.create_server(name="new", **requirements(conn)))
        finally:
            practice_cloud.stop()


def limited(resource_name: str, amount: int):
    """Return what makes a child process run under one of the system's limits."""
    limit = getattr(resource, resource_name)
    return lambda: resource.setrlimit(limit, (amount, amount))


@pytest.mark.cloud
@pytest.mark.parametrize("limit", [("RLIMIT_FSIZE", 300_000), ("RLIMIT_AS", 350 * 2**20)])
def test_a_full_disk_or_memory_ends_the_build_with_one_sentence_and_it_can_be_repeated(tmp_path, limit):
    """A file that may not grow behaves as on a full disk; a process that may not grow, as without free memory."""
    with home_at(tmp_path):
        try:
            result = practice_cloud_command("start", preexec_fn=limited(*limit))
            assert result.returncode == 1
            assert re.fullmatch(r"practice-cloud: The practice cloud does not start: .*\n", result.stderr)
            assert str(tmp_path / "logs") in result.stderr
            assert practice_cloud.start()["running"]
        finally:
            practice_cloud.stop()


@pytest.mark.parametrize("home", ["/proc/practice-cloud", "/dev/null/practice-cloud"])
def test_a_home_that_cannot_be_written_is_named(home):
    with home_at(home):
        results = {command: practice_cloud_command(command) for command in ("status", "stop", "start")}
    assert [command for command, result in results.items() if result.stderr.count("\n") > 1] == []
    assert results["start"].returncode == 1
    assert home in results["start"].stderr
    assert "set PRACTICE_CLOUD_HOME to a folder on another disk" in results["start"].stderr


def test_too_little_disk_or_memory_or_another_platform_is_told_before_anything_starts(tmp_path, monkeypatch):
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


def test_reset_without_a_cloud_says_what_to_do(tmp_path):
    with home_at(tmp_path):
        result = practice_cloud_command("reset")
    assert result.returncode == 1
    assert result.stderr == "practice-cloud: There is no practice cloud to reset yet. Start it first.\n"


def test_only_the_owner_can_read_the_state(cloud_home):
    for path in [cloud_home, *cloud_home.rglob("*")]:
        assert not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO), path


def test_apis_listen_on_loopback_only(cloud):
    pids = [service["pid"] for service in cloud.status()["services"].values()]
    listening = [c for pid in pids for c in psutil.Process(pid).net_connections("inet") if c.status == "LISTEN"]
    assert len({connection.laddr.port for connection in listening}) == len(PROCESSES)
    assert {connection.laddr.ip for connection in listening} == {"127.0.0.1"}


def test_the_supervisors_log_stays_small(cloud, cloud_home):
    supervisor_log = cloud_home / "logs" / "supervisor.log"
    with supervisor_log.open("a") as log:
        log.write("a service says something\n" * 100_000)
    wait_until(lambda: supervisor_log.stat().st_size < 2**20)


SAY_4_MB = """
import logging, sys
from oslo_config import cfg
from oslo_log import log
log.register_options(cfg.CONF)
cfg.CONF([], project="a-service", default_config_files=[sys.argv[1]])
log.setup(cfg.CONF, "a-service")
for number in range(40_000):
    logging.getLogger("a-service").warning("%s: a service says something", number)
"""


@pytest.mark.parametrize("configuration", [service.configuration for service in SERVICES.values()])
def test_a_services_log_is_rotated(cloud_home, configuration, tmp_path):
    (tmp_path / "logs").mkdir()
    subprocess.run([sys.executable, "-c", SAY_4_MB, cloud_home / "etc" / configuration], cwd=tmp_path, check=True)
    logs = list((tmp_path / "logs").iterdir())
    assert len(logs) == 2
    assert sum(log.stat().st_size for log in logs) < 3 * 2**20


def test_logs_hold_no_passwords_and_no_tokens(conn, cloud_home):
    token = conn.auth_token
    active(conn, conn.create_server(name="logged", **requirements(conn)))
    passwords = json.loads((cloud_home / "secrets.json").read_text()).values()
    for log in (cloud_home / "logs").iterdir():
        text = log.read_text(errors="replace")
        assert not [secret for secret in (*passwords, token) if secret in text], log
        assert not re.search(r"gAAAAA[\w-]{40}", text), log

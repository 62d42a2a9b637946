"""Starting, stopping, resetting and losing parts of the practice cloud."""

import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time

import openstack
import psutil
import pytest
from conftest import home_at, processes, requirements
from shared.breaking import comes_back_after_a_kill, is_pristine_after_a_reset
from shared.cloud import a_server_can_be_created, active, all_gone, practice_cloud_command, wait_until

import practice_cloud
from practice_cloud.services import SERVICES


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


def test_a_service_that_keeps_failing_is_given_up(cloud, monkeypatch):
    """Each restart comes later than the one before."""
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
    assert cloud.status()["message"] == "failed: glance keeps failing"
    assert pauses[:4] == sorted(pauses[:4])
    wait_until(lambda: not any(service["pid"] for service in cloud.status()["services"].values()))
    monkeypatch.undo()
    assert cloud.start()["running"]


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
    command = [sys.executable, "-m", "practice_cloud", "start"]
    options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    # A shell that runs the tests in the background lets them ignore Ctrl-C; this process is not to.
    return subprocess.Popen(command, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), **options)


def test_an_interrupted_start_leaves_no_process_behind(tmp_path):
    """It does not matter how early it is interrupted."""
    with home_at(tmp_path):
        command = start_command()
        caller = psutil.Process(command.pid)
        wait_until(caller.children)
        supervisor = caller.children()[0]
        command.send_signal(signal.SIGINT)
        assert "run it again" in command.communicate(timeout=60)[1]
        assert not supervisor.is_running()


def test_an_interrupted_build_starts_over_beside_another_cloud(cloud, tmp_path):
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
            assert "it was stopped while creating users. The reason" in second.communicate(timeout=60)[1]
            assert second.returncode == 1

            assert practice_cloud.start()["running"]
            other = openstack.connect(cloud="practice")
            active(other, other.create_server(name="only-here", **requirements(other)))
        finally:
            practice_cloud.stop()
    assert cloud.status()["running"]
    assert openstack.connect(cloud="practice").list_servers() == []


def test_a_state_of_other_versions_is_built_anew_and_says_so(another_home):
    built, said = another_home / "built.json", []
    built.write_text(json.dumps(json.loads(built.read_text()) | {"nova": "1.0"}))
    assert practice_cloud.start(report=said.append)["running"]
    assert "creating databases, rebuilding because nova changed" in " ".join(said)
    assert json.loads(built.read_text())["nova"] != "1.0"
    assert a_server_can_be_created()


def limited(resource_name: str, amount: int):
    """Return what makes a child process run under one of the system's limits."""
    limit = getattr(resource, resource_name)
    return lambda: resource.setrlimit(limit, (amount, amount))


@pytest.mark.parametrize("limit", [("RLIMIT_FSIZE", 300_000), ("RLIMIT_AS", 350 * 2**20)])
def test_a_full_disk_or_memory_ends_the_build_with_one_sentence(tmp_path, limit):
    """A file that may not grow is like a full disk, a process like one without free memory. The next start succeeds."""
    with home_at(tmp_path):
        try:
            result = practice_cloud_command("start", preexec_fn=limited(*limit))
            assert result.returncode == 1
            assert re.fullmatch(r"practice-cloud: The practice cloud does not start: .*\n", result.stderr)
            assert str(tmp_path / "logs") in result.stderr
            assert practice_cloud.start()["running"]
        finally:
            practice_cloud.stop()


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


def test_reset_of_a_stopped_cloud_brings_back_the_catalog(cloud):
    is_pristine_after_a_reset(while_running=False)


@pytest.mark.parametrize("service", [name for name in SERVICES if name != "nova"])
def test_each_other_service_that_is_killed_is_seen_and_repaired(cloud, service):
    comes_back_after_a_kill(service)

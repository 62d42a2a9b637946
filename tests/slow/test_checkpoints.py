"""Checkpoints: states of the practice cloud that are saved under a name."""

import json
import subprocess
import sys

import openstack
import pytest
from conftest import requirements
from shared.cloud import active

import practice_cloud


def names(conn) -> list[str]:
    return sorted(server.name for server in conn.list_servers())


def test_a_saved_state_comes_back_whole_even_after_a_reset(conn, cloud, cloud_home):
    active(conn, conn.create_server(name="kept", **requirements(conn)))
    before = conn.list_servers()[0].id
    said: list[str] = []
    cloud.save("one-server", said.append)
    assert cloud.status()["running"]
    assert (said[0], said[-1]) == ("stopping", "ready")
    cloud.reset()
    active(conn, conn.create_server(name="another", **requirements(conn)))
    cloud.save("another")
    cloud.load("one-server")
    assert [(server.name, server.id) for server in conn.list_servers()] == [("kept", before)]
    active(conn, conn.create_server(name="new", **requirements(conn)))
    cloud.stop()
    cloud.load("another")
    assert not cloud.status()["running"]
    cloud.start()
    assert names(conn) == ["another"]
    assert not [path for path in (cloud_home / "saved").rglob("*") if path.stat().st_mode & 0o077]


def test_commands_that_change_the_whole_state_take_turns(conn, cloud):
    active(conn, conn.create_server(name="kept", **requirements(conn)))
    cloud.save("before")
    cloud.reset()
    orders = ["load before", "start", "save same", "reset", "save same", "load before", "start"]
    command = [sys.executable, "-m", "practice_cloud"]
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    running = [subprocess.Popen([*command, *order.split()], **pipes) for order in orders]
    assert [(process.communicate(timeout=300)[1], process.returncode) for process in running] == [("", 0)] * len(orders)
    cloud.start()
    assert names(openstack.connect(cloud="practice")) in ([], ["kept"])
    cloud.load("same")
    assert names(openstack.connect(cloud="practice")) in ([], ["kept"])


def test_what_was_not_saved_or_on_another_cloud_is_told(cloud, cloud_home):
    cloud.save("known")
    with pytest.raises(
        practice_cloud.PracticeCloudError, match=r"There is no checkpoint 'unknown'. Checkpoints: .*known"
    ):
        cloud.load("unknown")
    built = cloud_home / "saved" / "known" / "built.json"
    built.write_text(json.dumps(json.loads(built.read_text()) | {"nova": "1.0"}))
    with pytest.raises(practice_cloud.PracticeCloudError, match="another practice cloud: nova changed"):
        cloud.load("known")

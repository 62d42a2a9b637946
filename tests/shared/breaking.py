"""Practice clouds that are reset, lose a process or a database, and are as before afterwards."""

import os
import signal
from pathlib import Path

import openstack
from conftest import requirements
from shared.cloud import a_server_can_be_created, active, practice_cloud_command, sentence, wait_until

import practice_cloud


def catalog(conn) -> list[tuple[str, str]]:
    """Return the names and ids of all that a learner finds on the cloud."""
    resources = [*conn.list_flavors(), *conn.list_images(), *conn.list_networks(), *conn.list_routers()]
    return [(resource.name, resource.id) for resource in resources]


def is_pristine_after_a_reset(while_running: bool) -> None:
    """Change a cloud that runs, and reset it, running or stopped."""
    conn = openstack.connect(cloud="practice")
    before = catalog(conn)
    active(conn, conn.create_server(name="gone", **requirements(conn)))
    conn.create_floating_ip()
    conn.delete_image(conn.image.create_image(name="mine", disk_format="raw", container_format="bare", data=b"0").id)
    if not while_running:
        practice_cloud.stop()
    assert practice_cloud_command("reset").returncode == 0
    practice_cloud.start()

    conn = openstack.connect(cloud="practice")
    assert (conn.list_servers(), conn.list_floating_ips()) == ([], [])
    assert catalog(conn) == before
    active(conn, conn.create_server(name="new", **requirements(conn)))


def comes_back_after_a_kill(service: str) -> None:
    """Kill a process of the cloud, and create a server when another one answers in its place."""
    pid = practice_cloud.status()["services"][service]["pid"]
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: practice_cloud.status()["services"][service]["pid"] != pid)
    assert practice_cloud.start()["services"][service]["pid"]
    conn = openstack.connect(cloud="practice")
    # What the SDK returns as long as Neutron does not answer in time is an empty list.
    wait_until(conn.list_networks)
    active(conn, conn.create_server(name="after", **requirements(conn)))


def is_named_and_replaced(database: Path) -> None:
    """Start a cloud with a damaged database, which names it, and reset the cloud, which brings it back."""
    said = sentence(practice_cloud_command("start"))
    assert str(database) in said
    assert "`practice-cloud reset`" in said
    assert practice_cloud_command("reset").returncode == 0
    assert practice_cloud.start()["running"]
    assert a_server_can_be_created()

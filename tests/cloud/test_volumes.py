"""Volumes: Cinder keeps them, Nova plugs them in, and what is on them outlives servers, processes and the cloud."""

import openstack
import pytest
from conftest import requirements
from shared.cloud import (
    GIB,
    WANTED,
    created,
    devices,
    machine,
    middle,
    path_of,
    reached,
    server_from_volume,
    wait_until,
    write,
)

from helpers import ensure_server, run_over_ssh
from helpers.errors import CourseError


def test_the_life_of_a_volume(conn, cloud_home):
    volume = created(conn, size=10)
    path = path_of(cloud_home, volume)
    assert (path.stat().st_size, path.stat().st_blocks) == (10 * GIB, 0)
    assert path.stat().st_mode & 0o077 == 0
    conn.block_storage.extend_volume(volume, 12)
    wait_until(lambda: path.stat().st_size == 12 * GIB)
    wait_until(lambda: conn.get_volume(volume.id).status == "available")
    assert conn.get_volume(volume.id).size == 12
    conn.delete_volume(volume.id, wait=True)
    assert not path.exists()


def test_what_anybody_asks_of_the_service(conn):
    assert [kind.name for kind in conn.block_storage.types()] == ["__DEFAULT__"]
    assert [zone.name for zone in conn.block_storage.availability_zones()] == ["nova"]
    limits = conn.block_storage.get_limits().absolute
    assert (limits.max_total_volumes, limits.max_total_snapshots) == (50, 50)
    assert limits.max_total_volume_gigabytes == 1000


def test_snapshots_clones_and_images_are_copies(conn, cloud_home):
    source = created(conn)
    write(cloud_home, source, b"before")
    snapshot = conn.create_volume_snapshot(source.id, wait=True)
    clone = created(conn, source_volume_id=source.id, size=2)
    image = conn.create_image("of-a-volume", volume=source.id, wait=True, allow_duplicates=True)
    write(cloud_home, source, b"after!")
    of_snapshot = created(conn, snapshot_id=snapshot.id)
    of_image = created(conn, image_id=image.id)
    copies = [middle(cloud_home, copy, 6) for copy in (clone, of_snapshot, of_image)]
    assert copies == [b"before"] * 3
    assert middle(cloud_home, source, 6) == b"after!"
    # None of them takes more disk than what was written.
    assert all(path.stat().st_blocks * 512 < 2**21 for path in (cloud_home / "state" / "volumes").iterdir())
    assert path_of(cloud_home, clone).stat().st_size == 2 * GIB
    conn.block_storage.revert_volume_to_snapshot(source, snapshot)
    wait_until(lambda: conn.get_volume(source.id).status == "available")
    assert middle(cloud_home, source, 6) == b"before"


def test_a_flavor_without_a_disk_needs_a_volume(conn):
    wanted = requirements(conn) | {"flavor": conn.compute.find_flavor("1C-1GB").id}
    with pytest.raises(openstack.exceptions.ForbiddenException, match="Only volume-backed servers are allowed"):
        conn.create_server("no-disk", **wanted)


@pytest.mark.parametrize("with_the_server", [True, False])
def test_a_root_volume_ends_with_its_server_if_that_is_wanted(conn, cloud_home, with_the_server):
    server = server_from_volume(conn, terminate_volume=with_the_server)
    (volume,) = conn.list_volumes()
    assert machine(cloud_home, server)["image"]["name"] == volume.volume_image_metadata["image_name"]
    assert devices(cloud_home, server) == {"/dev/vda": 2}
    conn.delete_server(server.id, wait=True)
    if with_the_server:
        wait_until(lambda: not conn.list_volumes())
    else:
        wait_until(lambda: conn.get_volume(volume.id).status == "available")


def test_what_is_written_at_one_server_is_read_at_the_next(conn, access):
    options, key = access
    servers = [ensure_server(conn, name, WANTED, **options) for name in ("first", "second")]
    first, second = (reached(conn, server) for server in servers)
    volume = created(conn)

    conn.attach_volume(first, volume, wait=True)
    with pytest.raises(CourseError, match="wrong fs type"):
        run_over_ssh(first, "sudo mount /dev/vdb /mnt", key)
    for command in ("mkfs.ext4 /dev/vdb", "mount /dev/vdb /mnt", "cp /etc/hostname /mnt/note"):
        run_over_ssh(first, f"sudo {command}", key)
    assert "vdb     1G disk /mnt\n" in run_over_ssh(first, "lsblk", key)
    # Nobody unmounts it: it is gone, and nothing is lost.
    conn.detach_volume(first, volume, wait=True)
    assert "vdb" not in run_over_ssh(first, "lsblk", key)
    conn.attach_volume(second, conn.get_volume(volume.id), wait=True)
    run_over_ssh(second, "sudo mount /dev/vdb /mnt", key)
    assert run_over_ssh(second, "cat /mnt/note", key) == "first\n"

    snapshot = conn.create_volume_snapshot(volume.id, force=True, wait=True)
    run_over_ssh(second, "sudo cp /etc/hostname /mnt/note", key)
    conn.attach_volume(second, created(conn, snapshot_id=snapshot.id), wait=True)
    run_over_ssh(second, "sudo mkdir /old", key)
    run_over_ssh(second, "sudo mount /dev/vdc /old", key)
    assert run_over_ssh(second, "cat /mnt/note /old/note", key) == "second\nfirst\n"


def test_quotas_and_room(conn, cloud):
    with pytest.raises(openstack.exceptions.HttpException, match="exceeds allowed gigabytes quota") as caught:
        conn.block_storage.create_volume(size=1001)
    assert caught.value.status_code == 413
    operator = openstack.connect(cloud="practice-admin")
    operator.set_volume_quotas(conn.current_project_id, gigabytes=-1)
    volume = conn.block_storage.create_volume(size=9000)
    wait_until(lambda: conn.get_volume(volume.id).status == "error")
    (message,) = operator.block_storage.get("/messages", microversion="3.3").json()["messages"]
    assert message["user_message"] == "schedule allocate volume:Could not find any available weighted backend."

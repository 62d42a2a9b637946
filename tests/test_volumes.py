"""Volumes: Cinder keeps them, Nova plugs them in, and what is on them outlives servers, processes and the cloud."""

import json
import os
import runpy
import signal
from types import SimpleNamespace

import openstack
import pytest
from conftest import ROOT, processes, requirements
from test_lifecycle import all_gone, wait_until
from test_practice_cloud import active

from helpers import (
    ensure_floating_ip,
    ensure_key,
    ensure_security_group,
    ensure_server,
    practice_cloud,
    run_over_ssh,
    wait_for_port,
)
from helpers.errors import CourseError
from helpers.practice_cloud.guests import volume as on_volume
from helpers.practice_cloud.guests.cloud_init import FINISHED
from helpers.practice_cloud.state import sparse

GIB = 2**30
WANTED = SimpleNamespace(**runpy.run_path(str(ROOT / "notebooks" / "wanted.py")))


def created(conn, **wanted):
    """Create a volume, and wait until it is there, oftener than the SDK asks."""
    volume = conn.block_storage.create_volume(**{"name": "data", "size": 1, **wanted})
    return conn.block_storage.wait_for_status(volume, "available", interval=0.2, wait=60)


def path_of(home, resource, kind="volume"):
    """Return where the bytes of a volume or a snapshot are."""
    return home / "state" / "volumes" / f"{kind}-{resource.id}"


def beginning(home, resource, kind="volume") -> bytes:
    with path_of(home, resource, kind).open("rb") as file:
        return file.read(100)


def write(home, volume, text: bytes) -> None:
    """Write into the middle of a volume, as its server would."""
    with path_of(home, volume).open("r+b") as file:
        file.seek(GIB // 2)
        file.write(text)


def middle(home, resource, length: int) -> bytes:
    with path_of(home, resource).open("rb") as file:
        file.seek(GIB // 2)
        return file.read(length)


def machine(home, server) -> dict:
    """Return what the guest of a server is told of its hardware."""
    return json.loads((home / "state" / "guests" / server.id / "machine.json").read_text())


def devices(home, server) -> dict[str, int]:
    return {volume["device"]: volume["size_gib"] for volume in machine(home, server)["volumes"]}


def comes_to(conn, server, status: str) -> None:
    """Wait until nothing is being done with a server any more, and it has a status."""
    wait_until(lambda: (found := conn.get_server(server.id)).task_state is None and found.status == status)


def server_from_volume(conn, **wanted):
    """Boot a server of a flavor without a disk from a volume that is made of an image."""
    chosen = requirements(conn) | {"flavor": conn.compute.find_flavor("1C-1GB").id}
    return active(conn, conn.create_server("from-volume", **chosen, boot_from_volume=True, volume_size=2, **wanted))


def files_on(home, volume) -> dict:
    """Return what a guest keeps on a volume."""
    with path_of(home, volume).open("rb") as file:
        text = file.read(2**18).partition(b"\0")[0]
    return json.loads(text) if text.startswith(b"{") else {}


def kill(cloud, name: str) -> None:
    """Kill a service, and wait until another process answers in its place."""
    pid = cloud.status()["services"][name]["pid"]
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: cloud.status()["services"][name]["pid"] not in (pid, None))
    cloud.start()


@pytest.fixture
def access(conn, cloud_home, tmp_path, monkeypatch):
    """Let a test log in to servers: what their order is to have, and the file with the private key."""
    monkeypatch.setenv("http_proxy", practice_cloud.proxy())
    monkeypatch.setenv("PRACTICE_CLOUD_SSH_CONFIG", str(cloud_home / "ssh_config"))
    group, key = ensure_security_group(conn, "login", ports=(22,)), tmp_path / "course.pem"
    return {"key_name": ensure_key(conn, key), "security_groups": [group.id]}, key


def reached(conn, server):
    """Give a server an address, and wait until it lets one in."""
    wait_for_port(ensure_floating_ip(conn, server).floating_ip_address, 22)
    return conn.get_server(server.id)


def booted(home, volume, server) -> None:
    """Wait until a server has booted from a volume for the first time."""
    wait_until(lambda: files_on(home, volume).get(FINISHED, {"content": ""})["content"] == server.id)


def test_a_guest_that_was_ended_while_it_wrote_goes_on(tmp_path):
    place = tmp_path / "volume-1"
    place.write_bytes(b"an image".ljust(2**20, b"\0"))
    assert on_volume.read(place) == ""
    on_volume.write(place, '{"first": 1, "more": "more"}')
    assert on_volume.read(place) == '{"first": 1, "more": "more"}'
    (tmp_path / "volume-1.writing").write_text('{"second": 2}')
    with place.open("r+b") as file:
        file.write(b'{"sec')
    assert on_volume.read(place) == on_volume.read(place) == '{"second": 2}'
    assert (place.stat().st_size, list(tmp_path.iterdir())) == (2**20, [place])


def test_a_copy_has_the_holes_of_what_it_is_a_copy_of(tmp_path):
    source, copy = tmp_path / "source", tmp_path / "copy"
    with source.open("wb") as file:
        file.truncate(3 * GIB + 5)
        for offset in (0, 4096 * 7, GIB, 3 * GIB):
            file.seek(offset)
            file.write(b"data")
    sparse.copy(source, copy)
    assert copy.stat().st_size == 3 * GIB + 5
    assert copy.stat().st_blocks <= source.stat().st_blocks
    for offset in (0, 4096 * 7, GIB, 3 * GIB):
        with copy.open("rb") as file:
            file.seek(offset)
            assert file.read(5) == b"data\0"


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


def test_a_volume_of_an_image_has_what_is_in_the_image(conn, cloud_home):
    image = conn.image.find_image("Debian 12 Bookworm")
    volume = created(conn, image_id=image.id, size=3)
    assert beginning(cloud_home, volume).startswith(b"Debian 12 Bookworm\0")
    assert volume.is_bootable
    assert volume.volume_image_metadata["os_distro"] == "debian"
    assert path_of(cloud_home, volume).stat().st_size == 3 * GIB


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


def test_attach_grow_and_detach(conn, cloud_home):
    server = active(conn, conn.create_server("with-data", **requirements(conn)))
    first, second = created(conn), created(conn, size=2)
    assert conn.attach_volume(server, first, wait=True).device == "/dev/vdb"
    assert conn.attach_volume(server, second, wait=True).device == "/dev/vdc"
    assert devices(cloud_home, server) == {"/dev/vdb": 1, "/dev/vdc": 2}
    assert conn.get_volume(first.id).attachments[0]["server_id"] == server.id
    with pytest.raises(openstack.exceptions.BadRequestException):
        conn.block_storage.delete_volume(first, ignore_missing=False)
    conn.block_storage.extend_volume(first, 5)
    wait_until(lambda: devices(cloud_home, server) == {"/dev/vdb": 5, "/dev/vdc": 2})
    # A reboot, a stop and another size change nothing of it.
    conn.compute.reboot_server(server.id, "HARD")
    comes_to(conn, server, "ACTIVE")
    conn.compute.stop_server(server)
    comes_to(conn, server, "SHUTOFF")
    conn.compute.start_server(server)
    comes_to(conn, server, "ACTIVE")
    conn.compute.resize_server(server, conn.compute.find_flavor("1C-2GB-20GB"))
    comes_to(conn, server, "VERIFY_RESIZE")
    conn.compute.revert_server_resize(server)
    comes_to(conn, server, "ACTIVE")
    assert devices(cloud_home, server) == {"/dev/vdb": 5, "/dev/vdc": 2}
    conn.detach_volume(server, first, wait=True)
    assert conn.get_volume(first.id).status == "available"
    assert devices(cloud_home, server) == {"/dev/vdc": 2}
    # What is attached is left when the server is gone.
    conn.delete_server(server.id, wait=True)
    wait_until(lambda: conn.get_volume(second.id).status == "available")


def test_a_flavor_without_a_disk_needs_a_volume(conn):
    wanted = requirements(conn) | {"flavor": conn.compute.find_flavor("1C-1GB").id}
    with pytest.raises(openstack.exceptions.ForbiddenException, match="Only volume-backed servers are allowed"):
        conn.create_server("no-disk", **wanted)


@pytest.mark.parametrize("with_the_server", [True, False])
def test_a_root_volume_ends_with_its_server_where_that_was_asked_for(conn, cloud_home, with_the_server):
    server = server_from_volume(conn, terminate_volume=with_the_server)
    (volume,) = conn.list_volumes()
    assert machine(cloud_home, server)["image"]["name"] == volume.volume_image_metadata["image_name"]
    assert devices(cloud_home, server) == {"/dev/vda": 2}
    conn.delete_server(server.id, wait=True)
    if with_the_server:
        wait_until(lambda: not conn.list_volumes())
    else:
        wait_until(lambda: conn.get_volume(volume.id).status == "available")


def test_what_a_guest_keeps_is_there_for_the_next_server(conn, cloud_home):
    hello = "#cloud-config\nwrite_files: [{path: /data/hello, content: from the first}]"
    first = server_from_volume(conn, userdata=hello)
    (volume,) = conn.list_volumes()
    booted(cloud_home, volume, first)
    # Shelving does not take it away.
    conn.compute.shelve_server(first)
    comes_to(conn, first, "SHELVED_OFFLOADED")
    conn.compute.unshelve_server(first)
    comes_to(conn, first, "ACTIVE")
    snapshot = conn.create_volume_snapshot(volume.id, force=True, wait=True)
    conn.delete_server(first.id, wait=True)
    wait_until(lambda: conn.get_volume(volume.id).status == "available")

    wanted = requirements(conn) | {"flavor": conn.compute.find_flavor("1C-1GB").id, "image": None}
    second = active(conn, conn.create_server("second", **wanted, boot_volume=volume.id))
    of_snapshot = created(conn, snapshot_id=snapshot.id, size=2)
    third = active(conn, conn.create_server("third", **wanted, boot_volume=of_snapshot.id))
    for copy, server in ((volume, second), (of_snapshot, third)):
        booted(cloud_home, copy, server)
        files = files_on(cloud_home, copy)
        assert files["/data/hello"]["content"] == "from the first"
        assert files["/etc/hostname"]["content"].strip() == server.name


def test_a_rebuild_puts_another_image_on_the_root_volume(conn, cloud_home):
    server = server_from_volume(conn)
    (volume,) = conn.list_volumes()
    booted(cloud_home, volume, server)
    debian = conn.image.find_image("Debian 12 Bookworm")
    conn.compute.rebuild_server(server, image=debian.id, name="debian")
    comes_to(conn, server, "ACTIVE")
    wait_until(lambda: "debian" in files_on(cloud_home, volume).get("/etc/os-release", {"content": ""})["content"])
    assert machine(cloud_home, server)["image"]["name"] == "Debian 12 Bookworm"
    assert conn.get_volume(volume.id).status == "in-use"


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


def test_a_guest_is_told_the_tags_of_what_is_plugged_in_and_nova_unplugs_it_after_a_restart(
    conn, cloud, cloud_home, access
):
    options, key = access
    server = reached(conn, ensure_server(conn, "first", WANTED, **options))
    volume, network = created(conn), conn.create_network("more")
    conn.create_subnet(network.id, cidr="10.50.0.0/24")
    interface = conn.compute.create_server_interface(server, net_id=network.id, tag="more")
    conn.compute.create_volume_attachment(server, volume_id=volume.id, tag="data")
    wait_until(lambda: conn.get_volume(volume.id).status == "in-use")
    told = json.loads(run_over_ssh(server, "curl -s http://169.254.169.254/openstack/latest/meta_data.json", key))
    named = {device["tags"][0]: device.get("serial") or device["mac"] for device in told["devices"]}
    assert named == {"data": volume.id, "more": interface.mac_addr}

    kill(cloud, "nova")
    conn.detach_volume(server, conn.get_volume(volume.id), wait=True)
    conn.compute.delete_server_interface(interface.port_id, server=server)
    wait_until(lambda: not conn.list_ports({"network_id": network.id, "device_id": server.id}))
    assert devices(cloud_home, server) == {}


def test_a_server_whose_volume_is_gone_says_so(conn, cloud_home):
    server = active(conn, conn.create_server("lost-data", **requirements(conn)))
    volume = created(conn)
    conn.attach_volume(server, volume, wait=True)
    path_of(cloud_home, volume).unlink()
    conn.compute.stop_server(server)
    comes_to(conn, server, "SHUTOFF")
    conn.compute.start_server(server)
    comes_to(conn, server, "ERROR")
    assert conn.get_server(server.id).fault["message"] == f"Volume {volume.id} could not be found."

    lost = created(conn, image_id=requirements(conn)["image"])
    path_of(cloud_home, lost).unlink()
    wanted = requirements(conn) | {"image": None}
    another = conn.create_server("lost-root", **wanted, boot_volume=lost.id)
    comes_to(conn, another, "ERROR")
    assert lost.id in conn.get_server(another.id).fault["message"]


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


def test_volumes_and_what_is_on_them_outlive_stop_and_kill(conn, cloud, cloud_home):
    server = server_from_volume(conn)
    (root,) = conn.list_volumes()
    booted(cloud_home, root, server)
    data = created(conn)
    conn.attach_volume(server, data, wait=True)
    write(cloud_home, data, b"precious")
    cloud.stop()
    cloud.start()
    conn = openstack.connect(cloud="practice")
    for name in ("cinder", "nova", "gateway"):
        kill(cloud, name)
    everything = processes()
    everything[0].kill()
    assert all_gone(everything)
    cloud.start()
    conn = openstack.connect(cloud="practice")
    assert {conn.get_volume(volume.id).status for volume in (root, data)} == {"in-use"}
    assert devices(cloud_home, server) == {"/dev/vda": 2, "/dev/vdb": 1}
    assert files_on(cloud_home, root)[FINISHED]["content"] == server.id
    assert middle(cloud_home, data, 8) == b"precious"
    conn.detach_volume(server, data, wait=True)
    assert conn.get_volume(data.id).status == "available"


def test_a_saved_state_has_its_volumes_and_a_reset_has_none(conn, cloud, cloud_home):
    volume = created(conn, size=100)
    write(cloud_home, volume, b"saved")
    cloud.save("with-a-volume")
    cloud.reset()
    conn = openstack.connect(cloud="practice")
    assert conn.list_volumes() == []
    assert list((cloud_home / "state" / "volumes").iterdir()) == []
    created(conn)
    cloud.load("with-a-volume")
    conn = openstack.connect(cloud="practice")
    assert [found.id for found in conn.list_volumes()] == [volume.id]
    assert middle(cloud_home, volume, 5) == b"saved"
    saved = cloud_home / "saved" / "with-a-volume" / "state" / "volumes" / f"volume-{volume.id}"
    assert saved.stat().st_blocks * 512 < 2**21


def test_a_catalog_can_leave_volumes_out(another_home):
    from helpers.practice_cloud.settings.home import PACKAGE

    text = (PACKAGE / "catalog.yaml").read_text()
    without = "\n".join("volumes: false" if line.startswith("volumes:") else line for line in text.splitlines())
    (another_home / "catalog.yaml").write_text(without)
    assert "cinder" not in practice_cloud.start()["services"]
    conn = openstack.connect(cloud="practice")
    assert not conn.has_service("block-storage")
    active(conn, conn.create_server("without", **requirements(conn)))
    practice_cloud.reset()
    assert openstack.connect(cloud="practice").list_servers() == []

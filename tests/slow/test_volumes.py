"""Volumes: Cinder keeps them, Nova plugs them in, and what is on them outlives servers, processes and the cloud."""

import json

import openstack
import pytest
from conftest import edit_catalog, processes, requirements
from shared.cloud import (
    GIB,
    WANTED,
    active,
    all_gone,
    booted,
    comes_to,
    created,
    devices,
    files_on,
    kill,
    machine,
    middle,
    path_of,
    reached,
    server_from_volume,
    wait_until,
    write,
)

import practice_cloud
from helpers import ensure_server, run_over_ssh
from practice_cloud.guest.cloud_init import FINISHED


def test_a_volume_of_an_image_has_what_is_in_the_image(conn, cloud_home):
    image = conn.image.find_image("Debian 12 Bookworm")
    volume = created(conn, image_id=image.id, size=3)
    with path_of(cloud_home, volume).open("rb") as file:
        assert file.read(100).startswith(b"Debian 12 Bookworm\0")
    assert volume.is_bootable
    assert volume.volume_image_metadata["os_distro"] == "debian"
    assert path_of(cloud_home, volume).stat().st_size == 3 * GIB


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


def test_what_is_plugged_in_has_its_tag_and_can_be_unplugged(conn, cloud, cloud_home, access):
    """A guest reads the tags in its metadata; Nova unplugs a volume and an interface even after a restart."""
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
    edit_catalog(another_home, volumes=False)
    assert "cinder" not in practice_cloud.start()["services"]
    conn = openstack.connect(cloud="practice")
    assert not conn.has_service("block-storage")
    active(conn, conn.create_server("without", **requirements(conn)))
    practice_cloud.reset()
    assert openstack.connect(cloud="practice").list_servers() == []

"""The practice cloud behaves like a cloud: nothing here is mocked."""

import json
import re

from conftest import requirements
from shared.cloud import active, floating_addresses, wait_until

from helpers import clean_up, draw_topology


def test_servers_do_what_novas_do(conn, cloud_home):
    server = active(conn, conn.create_server(name="busy", **requirements(conn)))
    on_its_disk = cloud_home / "state" / "guests" / server.id / "ssh_host_ed25519_key"
    wait_until(on_its_disk.exists)
    made_at_the_first_boot = on_its_disk.read_bytes()

    def settled(other_than: str):
        """Return the server when nothing is being done with it any more, and it has another status."""
        now = conn.compute.get_server(server.id)
        return None if now.task_state or now.status == other_than else now

    def after(action: str, *arguments) -> str:
        """Do something to the server and wait until it has settled."""
        getattr(conn.compute, action)(server.id, *arguments)
        return wait_until(lambda: settled(before)).status

    for action, expected in {
        "stop_server": "SHUTOFF",
        "start_server": "ACTIVE",
        "pause_server": "PAUSED",
        "unpause_server": "ACTIVE",
        "suspend_server": "SUSPENDED",
        "resume_server": "ACTIVE",
        "shelve_server": "SHELVED_OFFLOADED",
        "unshelve_server": "ACTIVE",
        "rescue_server": "RESCUE",
        "unrescue_server": "ACTIVE",
    }.items():
        before = conn.compute.get_server(server.id).status
        assert after(action) == expected
        machine = json.loads(on_its_disk.with_name("machine.json").read_text())
        assert bool(machine["powered_on"]) == (expected not in ("SHUTOFF", "SHELVED_OFFLOADED"))
        assert on_its_disk.read_bytes() == made_at_the_first_boot

    larger = conn.get_flavor("2C-4GB-50GB")
    flavors = {"revert_server_resize": server.flavor.original_name, "confirm_server_resize": larger.name}
    for decide, flavor in flavors.items():
        before = "ACTIVE"
        assert after("resize_server", larger.id) == "VERIFY_RESIZE"
        before = "VERIFY_RESIZE"
        assert after(decide) == "ACTIVE"
        assert conn.compute.get_server(server.id).flavor.original_name == flavor
        assert on_its_disk.read_bytes() == made_at_the_first_boot

    # Where the files may not fit, the server goes on as it is.
    conn.compute.resize_server(server.id, conn.get_flavor("1C-1GB-20GB").id)
    now = wait_until(lambda: settled("RESIZE"))
    assert (now.status, now.flavor.original_name) == ("ACTIVE", larger.name)


def test_the_story_of_the_course(conn):
    flavors = [f.id for f in conn.list_flavors() if f.vcpus == 1 and f.ram <= 1024 and f.disk <= 20]
    by_tag = [i.id for i in conn.list_images() if "os:ubuntu" in i.tags]
    by_property = [i.id for i in conn.list_images() if i.os_distro == "ubuntu" and i.os_version == "20.04"]
    by_name = [i.id for i in conn.list_images() if re.search("focal", i.name, re.IGNORECASE)]
    networks = [n.id for n in conn.list_networks() if not n.is_router_external]
    assert all([flavors, by_tag, by_property, by_name, networks])

    server = conn.create_server(name="my_server", flavor=flavors[0], image=by_name[0], network=networks[0])
    server = active(conn, server)
    floating_ip = conn.create_floating_ip()
    assert floating_ip.status == "DOWN"
    conn.add_auto_ip(server, reuse=True, wait=True)
    assert floating_addresses(conn.get_server(server.id)) == [floating_ip.floating_ip_address]
    assert conn.get_floating_ip(floating_ip.id).status == "ACTIVE"
    assert conn.delete_server(server.id, wait=True)
    assert conn.get_floating_ip(floating_ip.id).status == "DOWN"
    assert conn.delete_floating_ip(floating_ip.id)


def test_console_log_and_snapshot_are_the_servers_own(conn):
    wanted = requirements(conn)
    server = active(conn, conn.create_server(name="talker", **wanted))
    wait_until(lambda: "login:" in conn.get_server_console(server))
    log = conn.get_server_console(server)
    for own in (server.name, server.private_v4, conn.get_image_by_id(wanted["image"]).name):
        assert own in log
    snapshot = conn.create_image_snapshot("copy", server, wait=True, timeout=60)
    assert snapshot.status == "active"
    copied = active(conn, conn.create_server(name="copy", **{**wanted, "image": snapshot.id}))
    assert copied.image.id == snapshot.id


def test_the_picture_grows_with_the_cloud(conn):
    wanted = requirements(conn)
    joined = "is connected by the router test-router to the external network ext-net"
    network = f"The network test-net (192.168.122.0/24) {joined}."
    assert repr(draw_topology(conn, wanted["network"])) == network
    server = active(conn, conn.create_server(name='a "quoted" name', **wanted))
    after = repr(draw_topology(conn, wanted["network"], server))
    assert after == f'{network} The server a "quoted" name is ACTIVE, with the fixed IP {server.private_v4}.'


def test_clean_up_deletes_what_the_course_made_and_nothing_else(conn):
    mark = {"meta": {"course": "import-openstack"}}
    mine = active(conn, conn.create_server(name="mine", **requirements(conn)))
    active(conn, conn.create_server(name="course", **requirements(conn), **mark))
    kept_ip, marked_ip = conn.create_floating_ip(), conn.create_floating_ip()
    network = conn.create_network("course")
    conn.create_subnet(network.id, cidr="10.5.0.0/24")
    conn.network.update_ip(marked_ip, description="import-openstack")
    conn.network.update_network(network.id, description="import-openstack")

    shown = clean_up(conn)
    assert list(shown.index) == ["server", "floating IP", "network"]
    assert len(conn.list_servers()) == 2
    assert clean_up(conn, dry_run=False).equals(shown.assign(deleted=True))
    assert [server.id for server in conn.list_servers()] == [mine.id]
    assert [ip.id for ip in conn.list_floating_ips()] == [kept_ip.id]
    assert sorted(network.name for network in conn.list_networks()) == ["ext-net", "test-net"]
    assert clean_up(conn, dry_run=False).empty

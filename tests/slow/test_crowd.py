"""Many learners at once."""

from concurrent.futures import ThreadPoolExecutor

import openstack
from conftest import requirements
from shared.cloud import active, floating_addresses, middle, write

import practice_cloud


def test_forty_learners_at_once(cloud):
    def life_cycle(number: int) -> None:
        conn = openstack.connect(cloud="practice")
        server = active(conn, conn.create_server(name=f"server-{number}", **requirements(conn)))
        floating_ip = conn.create_floating_ip()
        conn.add_ip_list(server, [floating_ip.floating_ip_address], wait=True, timeout=300)
        assert floating_addresses(conn.get_server(server.id)) == [floating_ip.floating_ip_address]
        assert conn.delete_server(server.id, wait=True)
        assert conn.delete_floating_ip(floating_ip.id)

    with ThreadPoolExecutor(40) as pool:
        list(pool.map(life_cycle, range(40)))


def test_twenty_learners_with_volumes_at_once(cloud, cloud_home):
    def life_cycle(number: int) -> None:
        conn = openstack.connect(cloud="practice")
        storage = conn.block_storage
        server = conn.create_server(name=f"server-{number}", **requirements(conn))
        data = conn.create_volume(1, timeout=300, name=f"data-{number}")
        conn.attach_volume(active(conn, server), data, timeout=300)
        text = f"text of learner {number:2}".encode()
        write(cloud_home, data, text)
        snapshot = storage.create_snapshot(volume_id=data.id, name=f"copy-{number}", force=True)
        storage.wait_for_status(snapshot, "available", wait=300)
        assert conn.detach_volume(server, data, timeout=300) is None
        again = conn.create_volume(1, timeout=300, snapshot_id=snapshot.id, name=f"again-{number}")
        assert middle(cloud_home, data, len(text)) == middle(cloud_home, again, len(text)) == text
        assert conn.delete_server(server.id, wait=True, timeout=300)
        storage.delete_snapshot(snapshot)
        storage.wait_for_delete(snapshot, wait=300)
        assert conn.delete_volume(data.id, timeout=300)
        assert conn.delete_volume(again.id, timeout=300)

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(life_cycle, range(20)))
    assert list((cloud_home / "state" / "volumes").iterdir()) == []
    used = openstack.connect(cloud="practice").block_storage.get_limits().absolute
    assert (used.total_volumes_used, used.total_snapshots_used, used.total_gigabytes_used) == (0, 0, 0)


def test_the_first_requests_after_a_start_see_everything(another_home):
    """That holds even if they come at once."""
    practice_cloud.start()
    conn = openstack.connect(cloud="practice")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: len(list(conn.network.networks())), range(8)))
    assert answers == [2] * 8

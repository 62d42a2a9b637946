"""Many learners at once."""

from concurrent.futures import ThreadPoolExecutor

import openstack
from conftest import requirements
from test_practice_cloud import active, floating_addresses

from helpers import practice_cloud


def test_forty_learners_at_once(cloud):
    def life_cycle(number: int) -> None:
        conn = openstack.connect(cloud="practice")
        server = conn.create_server(name=f"server-{number}", **requirements(conn))
        server = active(conn, server)
        floating_ip = conn.create_floating_ip()
        conn.add_ip_list(server, [floating_ip.floating_ip_address], wait=True, timeout=300)
        assert floating_addresses(conn.get_server(server.id)) == [floating_ip.floating_ip_address]
        assert conn.delete_server(server.id, wait=True)
        assert conn.delete_floating_ip(floating_ip.id)

    with ThreadPoolExecutor(40) as pool:
        list(pool.map(life_cycle, range(40)))


def test_the_first_requests_after_a_start_see_everything_also_when_they_come_at_once(another_home):
    practice_cloud.start()
    conn = openstack.connect(cloud="practice")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: len(list(conn.network.networks())), range(8)))
    assert answers == [2] * 8

"""Finding and deleting what the course made, on the practice cloud."""

import openstack
from conftest import requirements
from shared.projects import contents

from helpers import clean_up, count_everything
from helpers.filters import MARK


def make_one_of_each(conn, mark: str, name: str) -> None:
    """Make one of each kind that a notebook may make; the router has two interfaces and a route."""
    server = conn.create_server(name, **requirements(conn), auto_ip=False, meta={"course": mark}, wait=True)
    volume = conn.create_volume(1, name=name, description=mark)
    conn.create_volume_snapshot(volume.id, name=name, description=mark)
    conn.attach_volume(server, volume)
    outside = next(conn.network.networks(is_router_external=True))
    port = next(conn.network.ports(device_id=server.id))
    conn.network.create_ip(floating_network_id=outside.id, port_id=port.id, description=mark)
    network = conn.network.create_network(name=name, description=mark)
    gateway = {"network_id": outside.id}
    router = conn.network.create_router(name=name, description=mark, external_gateway_info=gateway)
    for cidr in ("10.99.0.0/24", "10.98.0.0/24"):
        subnet = conn.create_subnet(network.id, cidr=cidr, description=mark)
        conn.add_router_interface(router, subnet_id=subnet.id)
    conn.network.update_router(router.id, routes=[{"destination": "10.97.0.0/24", "nexthop": "10.98.0.9"}])
    conn.create_port(network.id, name=name, description=mark)
    conn.create_security_group(name, mark)
    conn.compute.create_server_group(name=f"{mark}-{name}", policy="anti-affinity")
    conn.create_keypair(f"{mark}-{name}")
    empty = {"disk_format": "raw", "container_format": "bare", "data": b"\0"}
    conn.image.create_image(name=name, tags=[mark], **empty)
    conn.identity.create_application_credential(conn.current_user_id, name=f"{mark}-{name}")


def test_all_that_has_the_mark_goes_and_nothing_else(conn):
    make_one_of_each(conn, "not of the course", "my_server")
    before, counted = contents(conn), count_everything(conn)
    assert (counted["made by the course"] == 0).all()
    make_one_of_each(conn, MARK, "my_server")
    would = clean_up(conn)
    assert list(would.index.unique()) == list(count_everything(conn).index)
    assert not would["deleted"].any()
    assert list(clean_up(conn, dry_run=False)["deleted"]) == [True] * len(would)
    assert clean_up(conn).empty
    assert contents(conn).keys() == before.keys()
    assert count_everything(conn).equals(counted)


def test_m1_a_subnet_is_taken_off_a_router_that_stays(conn):
    """Its routes by way of that subnet go, and the others stay."""
    router = conn.list_routers()[0]
    (own,) = conn.list_router_interfaces(router, interface_type="internal")
    network = conn.network.create_network(name="mine", description=MARK)
    subnet = conn.create_subnet(network.id, cidr="10.99.0.0/24", description=MARK)
    conn.add_router_interface(router, subnet_id=subnet.id)
    hops = own.fixed_ips[0]["ip_address"].rpartition(".")[0] + ".200", "10.99.0.9"
    routes = [{"destination": f"10.5{number}.0.0/24", "nexthop": hop} for number, hop in enumerate(hops)]
    conn.network.update_router(router.id, routes=routes)
    assert list(clean_up(conn, dry_run=False)["deleted"]) == [True, True]
    assert len(conn.list_router_interfaces(router, interface_type="internal")) == 1
    assert conn.network.get_router(router.id).routes == routes[:1]


def test_a_snapshot_is_known_by_the_metadata_of_its_order(conn):
    server = conn.create_server("mine", **requirements(conn), auto_ip=False, wait=True)
    conn.create_image_snapshot("a snapshot", server, wait=True, course=MARK)
    assert list(clean_up(conn, dry_run=False)["name"]) == ["a snapshot"]


def test_an_application_credential_cannot_delete_itself(conn):
    """The rest is cleaned up nevertheless."""
    of_course = conn.identity.create_application_credential(conn.current_user_id, name=f"{MARK}-login")
    login = {"application_credential_id": of_course.id, "application_credential_secret": of_course.secret}
    auth = {"auth_url": conn.config.auth["auth_url"], **login}
    restricted = openstack.connect(auth_type="v3applicationcredential", auth=auth, region_name="Fra1")
    conn.create_security_group("web", MARK)
    deleted = clean_up(restricted, dry_run=False)["deleted"]
    assert deleted["security group"] is True
    assert deleted["application credential"].startswith("ForbiddenException")

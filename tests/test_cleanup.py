"""Finding and deleting what the course made, on the practice cloud."""

from types import SimpleNamespace

import openstack
import pytest
from conftest import requirements
from openstack.exceptions import ConflictException, ForbiddenException
from openstack.network.v2.network import Network
from projects import contents

from helpers import clean_up, count_everything
from helpers.filters import MARK

LISTED = "servers floating_ips routers ports subnets networks security_groups server_groups keypairs"


def make_one_of_each(conn, mark: str, name: str) -> None:
    """Make one of each kind that a notebook may make; the router has two interfaces."""
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
    assert (counted["of the course"] == 0).all()
    make_one_of_each(conn, MARK, "my_server")
    would = clean_up(conn)
    assert list(would.index.unique()) == list(count_everything(conn).index)
    assert not would["deleted"].any()
    assert list(clean_up(conn, dry_run=False)["deleted"]) == [True] * len(would)
    assert clean_up(conn).empty
    assert contents(conn).keys() == before.keys()
    assert count_everything(conn).equals(counted)


def test_a_subnet_is_taken_off_a_router_that_stays(conn):
    router = conn.list_routers()[0]
    network = conn.network.create_network(name="mine", description=MARK)
    conn.add_router_interface(
        router, subnet_id=conn.create_subnet(network.id, cidr="10.99.0.0/24", description=MARK).id
    )
    assert list(clean_up(conn, dry_run=False)["deleted"]) == [True, True]
    assert len(conn.list_router_interfaces(router, interface_type="internal")) == 1


def test_a_snapshot_is_known_by_the_metadata_that_came_with_its_order(conn):
    server = conn.create_server("mine", **requirements(conn), auto_ip=False, wait=True)
    conn.create_image_snapshot("a snapshot", server, wait=True, course=MARK)
    assert list(clean_up(conn, dry_run=False)["name"]) == ["a snapshot"]


@pytest.mark.parametrize("terminate", [True, False])
def test_the_volume_that_a_server_boots_from_goes_after_it_or_with_it(conn, terminate):
    wanted = requirements(conn) | {"flavor": conn.get_flavor("1C-1GB").id, "auto_ip": False, "meta": {"course": MARK}}
    options = {"boot_from_volume": True, "volume_size": 1, "terminate_volume": terminate}
    server = conn.create_server("disk_server", **wanted, **options, wait=True)
    (volume,) = conn.list_volumes()
    conn.update_volume(volume.id, description=MARK)
    deleted = clean_up(conn, dry_run=False)["deleted"]
    assert list(deleted.items()) == [("server", True), ("volume", True)][: 1 if terminate else 2]
    conn.block_storage.wait_for_delete(volume)
    assert conn.get_server(server.id) is None


def test_who_logs_in_with_an_application_credential_may_not_delete_it(conn):
    of_course = conn.identity.create_application_credential(conn.current_user_id, name=f"{MARK}-login")
    login = {"application_credential_id": of_course.id, "application_credential_secret": of_course.secret}
    auth = {"auth_url": conn.config.auth["auth_url"], **login}
    restricted = openstack.connect(auth_type="v3applicationcredential", auth=auth, region_name="Fra1")
    conn.create_security_group("web", MARK)
    deleted = clean_up(restricted, dry_run=False)["deleted"]
    assert deleted["security group"] is True
    assert deleted["application credential"].startswith("ForbiddenException")


@pytest.fixture
def network_of():
    """Make a connection to a cloud with one network of the course, and what its deletion does."""

    def make(delete):
        network = Network(id="1", name="twin", description=MARK, project_id="p")
        lists = {f"list_{kind}": list for kind in LISTED.split()} | {"list_networks": lambda: [network]}
        others = {
            "image": SimpleNamespace(images=lambda owner: []),
            "identity": SimpleNamespace(application_credentials=lambda user: []),
        }
        login = {"current_project_id": "p", "current_user_id": "u", "has_service": lambda _: False}
        return SimpleNamespace(delete_network=delete, **login, **lists, **others)

    return make


def refuse(error):
    """Return a function that raises an error."""

    def function(*_):
        raise error

    return function


def test_clean_up_says_what_the_call_returned(network_of):
    assert list(clean_up(network_of(lambda _: False), dry_run=False)["deleted"]) == [False]


def test_clean_up_says_what_the_cloud_refused_and_goes_on(network_of):
    conn = network_of(refuse(ConflictException("ports still in use")))
    assert list(clean_up(conn, dry_run=False)["deleted"]) == ["ConflictException: ports still in use"]


def test_what_may_not_be_listed_stops_nothing_and_is_said(network_of):
    conn = network_of(lambda _: True)
    conn.list_routers = refuse(ForbiddenException("not you"))
    conn.identity.application_credentials = refuse(ForbiddenException("not you"))
    deleted = clean_up(conn, dry_run=False)["deleted"]
    assert list(deleted.items()) == [
        ("router", "ForbiddenException: not you"),
        ("network", True),
        ("application credential", "ForbiddenException: not you"),
    ]
    counted = count_everything(conn)["in the project"]
    assert list(counted[counted.isna()].index) == ["router", "application credential"]
    assert counted["network"] == 1


def test_a_cloud_without_block_storage_has_no_volumes_to_count(network_of):
    assert "volume" not in count_everything(network_of(lambda _: True)).index


def test_what_is_in_other_projects_stays(network_of):
    conn = network_of(lambda _: True)
    conn.current_project_id = "another"
    assert clean_up(conn).empty

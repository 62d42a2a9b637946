"""Finding and deleting what the course made, on the practice cloud."""

from types import SimpleNamespace

import pytest
from conftest import requirements
from openstack.exceptions import ConflictException
from openstack.network.v2.network import Network
from projects import contents

from helpers import clean_up, count_everything
from helpers.filters import MARK

EMPTY = dict.fromkeys(["servers", "floating_ips", "routers", "ports", "networks", "security_groups", "keypairs"], ())


def make_one_of_each(conn, mark: str, name: str) -> None:
    """Make a server with an address, a network with a router, a port on it, a security group and a key pair."""
    server = conn.create_server(name, **requirements(conn), auto_ip=False, meta={"course": mark}, wait=True)
    outside = next(conn.network.networks(is_router_external=True))
    port = next(conn.network.ports(device_id=server.id))
    conn.network.create_ip(floating_network_id=outside.id, port_id=port.id, description=mark)
    network = conn.network.create_network(name=name, description=mark)
    subnet = conn.create_subnet(network.id, cidr="10.99.0.0/24", description=mark)
    gateway = {"network_id": outside.id}
    router = conn.network.create_router(name=name, description=mark, external_gateway_info=gateway)
    conn.add_router_interface(router, subnet_id=subnet.id)
    conn.create_port(network.id, name=name, description=mark)
    conn.create_security_group(name, mark)
    conn.create_keypair(f"{mark}-{name}")


def test_all_that_has_the_mark_goes_and_nothing_else(conn):
    make_one_of_each(conn, "not of the course", "my_server")
    before, counted = contents(conn), count_everything(conn)
    assert (counted["of the course"] == 0).all()
    make_one_of_each(conn, MARK, "my_server")
    would = clean_up(conn)
    assert list(would.index) == list(count_everything(conn).index)
    assert not would["deleted"].any()
    assert list(clean_up(conn, dry_run=False)["deleted"]) == [True] * len(would)
    assert clean_up(conn).empty
    assert contents(conn).keys() == before.keys()
    assert count_everything(conn).equals(counted)


@pytest.fixture
def network_of():
    """Make a connection to a cloud with one network of the course, and what its deletion does."""

    def make(delete):
        network = Network(id="1", name="twin", description=MARK, project_id="p")
        lists = {f"list_{kind}": lambda found=found: found for kind, found in {**EMPTY, "networks": [network]}.items()}
        return SimpleNamespace(current_project_id="p", delete_network=delete, **lists)

    return make


def test_clean_up_says_what_the_call_returned(network_of):
    assert list(clean_up(network_of(lambda _: False), dry_run=False)["deleted"]) == [False]


def test_clean_up_says_what_the_cloud_refused_and_goes_on(network_of):
    def refuse(_):
        raise ConflictException("ports still in use")

    assert list(clean_up(network_of(refuse), dry_run=False)["deleted"]) == ["ConflictException: ports still in use"]


def test_what_is_in_other_projects_stays(network_of):
    conn = network_of(lambda _: True)
    conn.current_project_id = "another"
    assert clean_up(conn).empty

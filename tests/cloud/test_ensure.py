"""What the notebooks find or make, on the practice cloud."""

import stat
import subprocess
from types import SimpleNamespace

import openstack
import pytest
from conftest import requirements
from shared.cloud import WANTED
from shared.projects import contents

from helpers import (
    ensure_floating_ip,
    ensure_key,
    ensure_security_group,
    ensure_server,
    external_network,
    filter_marked,
    select_resources,
)
from helpers.errors import CourseError
from helpers.filters import MARK


def test_a_server_is_made_only_once(conn):
    """A colleague's server of the same name does not count."""
    theirs = conn.create_server("my_server", **requirements(conn), auto_ip=False, wait=True)
    before = contents(conn)
    mine = ensure_server(conn, "my_server", WANTED)
    assert (mine.status, mine.metadata, mine.public_v4) == ("ACTIVE", {"course": MARK}, "")
    assert mine.id != theirs.id
    assert ensure_server(conn, "my_server", WANTED).id == mine.id
    assert {what: after for what, after in contents(conn).items() if what in before} == before


def test_requirements_that_nothing_meets_are_named(conn):
    with pytest.raises(CourseError, match="There is no windows 20.04 image"):
        ensure_server(conn, "my_server", SimpleNamespace(**vars(WANTED) | {"DISTRO": "windows"}))
    assert conn.list_servers() == []


def test_what_is_chosen_already_need_not_be_found(conn):
    nowhere = SimpleNamespace(**vars(WANTED) | {"NETWORK": "nowhere"})
    with pytest.raises(CourseError, match="No network name contains .nowhere."):
        select_resources(conn, nowhere)
    network = conn.get_network("test-net")
    assert select_resources(conn, nowhere, network=network)["network"].id == network.id


def test_only_a_spare_address_of_the_course_is_taken(conn):
    """A colleague's spare address is left alone."""
    server = conn.create_server("my_server", **requirements(conn), auto_ip=False, wait=True)
    theirs = conn.create_floating_ip()
    address = ensure_floating_ip(conn, server)
    assert (address.description, conn.get_server(server.id).public_v4) == (MARK, address.floating_ip_address)
    assert ensure_floating_ip(conn, server).id == address.id
    # Nova still shows it for a moment, and the second time it is a spare one.
    conn.detach_ip_from_server(server.id, address.id)
    assert ensure_floating_ip(conn, server).id == address.id
    assert [ip.id for ip in conn.list_floating_ips() if not ip.port_id] == [theirs.id]


@pytest.fixture
def lonely(conn):
    """A network without a router."""
    network = conn.create_network("a lonely network")
    conn.create_subnet(network.id, cidr="10.7.0.0/24")
    return network


def test_n1_a_floating_ip_goes_to_the_port_that_it_can_reach(conn, lonely):
    joined = conn.get_network("test-net").id
    wanted = requirements(conn) | {"network": [lonely.id, joined]}
    server = conn.create_server("twice", **wanted, auto_ip=False, wait=True)
    address = ensure_floating_ip(conn, server)
    assert conn.get_port_by_id(address.port_id).network_id == joined
    assert external_network(conn, server) == address.floating_network_id


def test_n1_a_server_out_of_reach_leaves_no_address_behind(conn, lonely):
    server = conn.create_server("lost", **requirements(conn) | {"network": lonely.id}, auto_ip=False, wait=True)
    with pytest.raises(CourseError, match="no router joins .* set NETWORK in wanted.py to one of 'test-net'"):
        ensure_floating_ip(conn, server)
    assert conn.list_floating_ips() == []


def test_n2_the_external_network_is_the_routers(conn):
    admin = openstack.connect(cloud="practice-admin").network
    for number in range(3):  # Networks are listed by id, which is random.
        kind = {"provider_network_type": "vxlan", "is_router_external": True}
        other = admin.create_network(name=f"a{number}", **kind)
        admin.create_subnet(network_id=other.id, cidr=f"10.9{number}.0.0/24", ip_version=4)
    server = conn.create_server("my_server", **requirements(conn), auto_ip=False, wait=True)
    (router,) = conn.list_routers()
    assert ensure_floating_ip(conn, server).floating_network_id == router.external_gateway_info["network_id"]


def test_a_group_gets_the_rules_that_it_lacks(conn):
    conn.create_security_group("web", "of a colleague")
    before = contents(conn)
    group = ensure_security_group(conn, "web", ports=(80,))
    conn.create_security_group_rule(group.id, "22", "22", "tcp", remote_ip_prefix="192.0.2.0/24")
    for _ in range(2):
        group = ensure_security_group(conn, "web", ports=(22, 80))
    rules = [(r["port_range_min"], r["remote_ip_prefix"]) for r in group.security_group_rules if r["protocol"]]
    assert sorted(rules, key=str) == [(22, "192.0.2.0/24"), (22, None), (80, None)]
    assert {what: after for what, after in contents(conn).items() if what in before} == before


def public_key(conn, name):
    """Return a key pair's public key, without the comment behind it."""
    return conn.get_keypair(name).public_key.split()[:2]


def test_a_key_that_the_cloud_has_lost_is_uploaded_again(conn, tmp_path):
    """The private key stays as it is."""
    file = tmp_path / "import-openstack.pem"
    name = ensure_key(conn, file)
    private, public = file.read_text(), public_key(conn, name)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    conn.delete_keypair(name)
    for _ in range(2):
        assert ensure_key(conn, file) == name
        assert (file.read_text(), public_key(conn, name)) == (private, public)


@pytest.mark.parametrize(
    ("make", "mode", "said"),
    [(["-N", "secret"], 0o600, "passphrase.* move this one elsewhere"), (["-N", ""], 0o644, "too open.* chmod 600")],
)
def test_a_learners_key_that_cannot_be_used_is_left_alone(conn, tmp_path, make, mode, said):
    file = tmp_path / "id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", *make, "-f", file], check=True)
    file.chmod(mode)
    before = file.read_bytes()
    with pytest.raises(CourseError, match=f"cannot be used. It was left unchanged.*{said}"):
        ensure_key(conn, file)
    assert file.read_bytes() == before
    assert conn.list_keypairs() == []


@pytest.mark.parametrize("lost", [lambda file: file.unlink(), lambda file: file.write_text("")], ids=["gone", "empty"])
def test_where_the_private_key_is_lost_there_is_a_new_pair(lost, conn, tmp_path):
    file = tmp_path / "import-openstack.pem"
    before = public_key(conn, ensure_key(conn, file))
    lost(file)
    name = ensure_key(conn, file)
    assert public_key(conn, name) != before
    assert "PRIVATE KEY" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [pair.name for pair in filter_marked(conn.list_keypairs())] == [name]

"""What other clients than the course's ask of an OpenStack cloud: each of these once failed here."""

import time

import openstack
import pytest
import requests
import yaml
from conftest import requirements
from shared.cloud import active, wait_until

import practice_cloud

SECOND = 1


@pytest.fixture
def operator(cloud):
    """A connection of the operator."""
    return openstack.connect(cloud="practice-admin")


@pytest.fixture
def server(conn):
    """A server that is ACTIVE."""
    return active(conn, conn.create_server(name="mine", **requirements(conn)))


def test_clouds_yaml_says_all_that_a_client_needs(cloud_home, cloud):
    entry = yaml.safe_load((cloud_home / "clouds.yaml").read_text())["clouds"]["practice"]
    assert entry["auth"]["auth_url"] == practice_cloud.status()["services"]["keystone"]["url"]
    assert entry["region_name"] == "Fra1"
    assert "profile" not in entry


def test_the_clouds_address_is_a_profile_too(cloud_home, cloud):
    auth = yaml.safe_load((cloud_home / "clouds.yaml").read_text())["clouds"]["practice"]["auth"]
    address = auth.pop("auth_url").removesuffix("/v3")
    config = openstack.config.OpenStackConfig(config_files=[], load_envvars=False, load_yaml_config=False)
    region = config.get_one(argparse=None, profile=address, auth=auth, region_name="Fra1")
    assert openstack.connection.Connection(config=region).list_flavors()
    assert requests.get(f"{address}/.well-known/openstack/api/../../../etc/passwd", timeout=5).status_code == 404


def test_a_router_interface_added_by_port_becomes_active(conn):
    network = conn.create_network("second")
    subnet = conn.create_subnet(network.id, cidr="10.7.0.0/24")
    port = conn.network.create_port(network_id=network.id, fixed_ips=[{"subnet_id": subnet.id}])
    router = conn.create_router("mine")
    conn.network.add_interface_to_router(router, port_id=port.id)
    wait_until(lambda: conn.network.get_port(port.id).status == "ACTIVE", 10)


def test_deleting_an_implied_role_locks_nobody_out(operator):
    identity = operator.identity
    implied = identity.create_role(name="implied")
    roles = f"/roles/{identity.find_role('member').id}/implies"
    assert identity.put(f"{roles}/{implied.id}").status_code == 201
    identity.delete_role(implied)
    assert identity.get(roles).status_code == 200
    openstack.connect(cloud="practice").authorize()


def test_access_rules_limit_an_application_credential(conn):
    rules = [{"service": "compute", "method": "GET", "path": "/v2.1/flavors/detail"}]
    rules.append({"service": "network", "method": "GET", "path": "/v2.0/networks"})
    user = conn.current_user_id
    made = conn.identity.create_application_credential(user, name="narrow", access_rules=rules)
    auth = {"application_credential_id": made.id, "application_credential_secret": made.secret}
    auth["auth_url"] = conn.config.get_auth_args()["auth_url"]
    nothing_else = {"load_yaml_config": False, "load_envvars": False}
    narrow = openstack.connect(auth_type="v3applicationcredential", auth=auth, region_name="Fra1", **nothing_else)
    assert narrow.compute.get("/flavors/detail").status_code == 200
    assert narrow.network.get("/networks").status_code == 200
    assert narrow.compute.get("/servers").status_code == 401
    assert narrow.image.get("/images").status_code == 401


def test_names_are_found_in_upper_and_lower_case(operator):
    names = [domain["name"] for domain in operator.identity.get("/domains?name=default").json()["domains"]]
    assert names == ["Default"]
    assert [user["name"] for user in operator.identity.get("/users?name=LEARNER").json()["users"]] == ["learner"]
    openstack.connect(cloud="practice", auth={"username": "Learner", "user_domain_name": "DEFAULT"}).authorize()


@pytest.mark.parametrize(
    ("action", "between"),
    [
        (lambda conn, server: conn.compute.reboot_server(server.id, "HARD"), "HARD_REBOOT"),
        (lambda conn, server: conn.compute.reboot_server(server.id, "SOFT"), "REBOOT"),
        (lambda conn, server: conn.compute.rebuild_server(server.id, image=server.image.id), "REBUILD"),
    ],
    ids=["hard reboot", "reboot", "rebuild"],
)
def test_a_client_that_asks_every_second_sees_what_lasts(conn, server, action, between):
    action(conn, server)
    began, seen = time.monotonic(), []
    while (status := conn.compute.get_server(server.id).status) != "ACTIVE":
        seen.append(status)
        assert time.monotonic() - began < 60
        time.sleep(0.05)
    assert set(seen) == {between}
    assert time.monotonic() - began > SECOND


def test_changes_before_and_since_a_servers_second_include_it(conn, server):
    now = conn.compute.get_server(server.id).updated_at
    for key in ("changes-before", "changes-since"):
        found = conn.compute.get(f"/servers?{key}={now}", microversion="2.66").json()["servers"]
        assert [one["id"] for one in found] == [server.id], key


def test_there_is_no_console_for_a_browser_and_nova_says_so(conn, server):
    with pytest.raises(openstack.exceptions.HttpException, match="servers have no screen. Log in with ssh"):
        conn.compute.create_console(server.id, console_type="novnc")
    for kind in ("spice-html5", "serial"):
        with pytest.raises(openstack.exceptions.HttpException, match="not available|Unavailable|Invalid|unavailable"):
            conn.compute.create_console(server.id, console_type=kind)


def test_a_deleted_network_leaves_no_traceback_in_the_log(conn, cloud_home):
    log = cloud_home / "logs" / "supervisor.log"
    before = log.read_text(errors="replace").count("Traceback") if log.exists() else 0
    network = conn.create_network("short")
    conn.create_subnet(network.id, cidr="10.8.0.0/24")
    conn.delete_network(network.id)
    time.sleep(3 * SECOND)
    assert log.read_text(errors="replace").count("Traceback") == before


def test_the_port_of_a_server_that_is_off_is_down(conn, server):
    def port() -> str:
        return conn.list_ports(filters={"device_id": server.id})[0].status

    assert port() == "ACTIVE"
    conn.compute.stop_server(server.id)
    conn.compute.wait_for_server(server, "SHUTOFF", interval=0.2)
    assert port() == "DOWN"
    conn.compute.start_server(server.id)
    conn.compute.wait_for_server(server, "ACTIVE", interval=0.2)
    assert port() == "ACTIVE"

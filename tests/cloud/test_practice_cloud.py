"""The practice cloud behaves like a cloud: nothing here is mocked."""

import re

import openstack
import pytest
from conftest import requirements
from shared.cloud import active, comes_to, created, wait_until

from helpers import filter_images


def test_each_search_for_focal_finds_what_the_others_miss(conn):
    images = conn.list_images()
    found = [
        {i.id for i in filter_images(images, tags=["os:ubuntu", "release:focal"])},
        {i.id for i in images if i.os_distro == "ubuntu" and i.os_version == "20.04"},
        {i.id for i in filter_images(images, name=r"focal|20\.04")},
    ]
    for ids in found:
        assert ids - set.union(*(other for other in found if other is not ids))


def test_all_ports_are_active(conn):
    active(conn, conn.create_server(name="mine", **requirements(conn)))
    admin = openstack.connect(cloud="practice-admin")
    ports = {port.device_owner: port.status for port in admin.list_ports()}
    assert ports == dict.fromkeys(["compute:nova", "network:router_interface", "network:router_gateway"], "ACTIVE")


def test_new_security_groups_have_the_default_rules(conn):
    def rules(group):
        return sorted((rule["direction"], rule["ethertype"]) for rule in group.security_group_rules)

    egress = [("egress", "IPv4"), ("egress", "IPv6")]
    assert rules(conn.create_security_group("mine", "")) == egress
    default = next(group for group in conn.list_security_groups() if group.name == "default")
    assert rules(default) == [*egress, ("ingress", "IPv4"), ("ingress", "IPv6")]


@pytest.mark.parametrize(
    "call",
    [
        lambda conn: conn.create_flavor("mine", 1, 1, 1),
        lambda conn: list(conn.compute.hypervisors()),
        lambda conn: list(conn.identity.users()),
        lambda conn: conn.create_project("mine", "default"),
        lambda conn: conn.network.create_network(name="mine", is_router_external=True),
        lambda conn: conn.image.create_image(name="mine", visibility="public", disk_format="raw", data=b"0"),
    ],
)
def test_a_learner_is_refused_an_operators_calls(conn, call):
    with pytest.raises(openstack.exceptions.ForbiddenException):
        call(conn)


def test_a_wrong_password_is_refused(cloud):
    conn = openstack.connect(cloud="practice", auth={"password": "wrong"})
    with pytest.raises(openstack.exceptions.SDKException, match="401"):
        conn.authorize()


def test_a_flavor_that_no_host_can_hold_ends_in_error(conn):
    """Nova says why."""
    wanted = {**requirements(conn), "flavor": conn.get_flavor("4C-16GB-10000GB").id}
    server = conn.create_server(name="huge", **wanted)
    comes_to(conn, server, "ERROR")
    assert "No valid host" in conn.get_server(server.id).fault["message"]


def test_a_quota_that_is_reached_is_a_403(conn):
    with pytest.raises(openstack.exceptions.ForbiddenException, match="Quota exceeded for instances"):
        conn.create_server(name="many", min_count=51, max_count=51, **requirements(conn))


def test_several_networks_and_none_named_is_a_409(conn):
    conn.create_network("second")
    wanted = {key: value for key, value in requirements(conn).items() if key != "network"}
    with pytest.raises(openstack.exceptions.ConflictException, match="Multiple possible networks found"):
        conn.compute.create_server(name="lost", networks="auto", flavor_id=wanted["flavor"], image_id=wanted["image"])


def import_an_image(conn):
    image = conn.image.create_image(name="empty", disk_format="raw", container_format="bare")
    return conn.image.import_image(image, method="web-download", uri="http://example.org/").text


def back_up_a_volume(conn):
    backup = conn.block_storage.create_backup(volume_id=created(conn).id, name="mine")
    return wait_until(lambda: conn.block_storage.get_backup(backup).fail_reason)


def let_nova_make_a_network(conn):
    wanted = {f"{kind}_id": found for kind, found in requirements(conn).items() if kind != "network"}
    router = conn.list_routers()[0]
    for port in conn.list_router_interfaces(router):
        conn.remove_router_interface(router, port_id=port.id)
    conn.delete_network("test-net")
    conn.compute.create_server(name="auto", networks="auto", **wanted)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (import_an_image, "Unknown import method name"),
        (back_up_a_volume, "Service not found for creating backup"),
        (let_nova_make_a_network, "Unable to automatically allocate a network"),
        (lambda conn: conn.network.get_auto_allocated_topology(), "No default router:external network"),
        (lambda conn: list(conn.orchestration.stacks()), "orchestration.* not present in the service catalog"),
        (lambda conn: list(conn.object_store.containers()), "object-store.* not present in the service catalog"),
        (lambda conn: list(conn.dns.zones()), "dns.* not present in the service catalog"),
        (lambda conn: list(conn.load_balancer.load_balancers()), "load-balancer.* not present in the service catalog"),
        (lambda conn: list(conn.network.trunks()), "404"),
    ],
    ids=lambda value: f"M3 {value}" if isinstance(value, str) else "",
)
def test_what_the_cloud_lacks_is_refused_in_words(conn, ask, said):
    try:
        answer = ask(conn)
    except openstack.exceptions.SDKException as error:
        answer = str(error)
    assert re.search(said, answer)

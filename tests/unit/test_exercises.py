"""What checks say of moments that a cloud shows too rarely to be met in a test of the whole."""

from types import SimpleNamespace

import pytest
from openstack.compute.v2.server import Server
from openstack.test.fakes import generate_fake_resource

from helpers import check


@pytest.mark.parametrize(
    ("status", "task", "right"),
    [("ACTIVE", None, False), ("ACTIVE", "deleting", True), ("DELETED", None, True)],
)
def test_a_server_is_being_deleted_until_nova_has_forgotten_it(status, task, right):
    server = generate_fake_resource(Server, status=status, task_state=task)
    conn = SimpleNamespace(compute=SimpleNamespace(find_server=lambda _: server))
    assert bool(check("delete request", ("DELETE", f"/servers/{server.id}"), conn, server)) == right

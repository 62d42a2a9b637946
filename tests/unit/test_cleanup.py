"""Finding and deleting what the course made, on the practice cloud."""

from types import SimpleNamespace

import pytest
from openstack.exceptions import ConflictException, ForbiddenException
from openstack.network.v2.network import Network

from helpers import clean_up, count_everything
from helpers.filters import MARK

LISTED = "servers floating_ips routers ports subnets networks security_groups server_groups keypairs"
VOLUMES = ("volumes", "volume_snapshots")


@pytest.fixture
def network_of():
    """Make a connection to a cloud with one network of the course, and what its deletion does."""

    def make(delete):
        network = Network(id="1", name="twin", description=MARK, project_id="p")
        lists = {f"list_{kind}": list for kind in [*LISTED.split(), *VOLUMES]} | {"list_networks": lambda: [network]}
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
    assert repr(clean_up(conn)) == "Nothing has the course's mark."

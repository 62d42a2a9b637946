"""A pytest plugin: a test that asks for openstack_connection gets a real OpenStack, in a project of its own."""

import os
import secrets
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import fasteners
import pytest

from . import PracticeCloud
from .base.optional_imports import SLOW_OPTIONAL, without_modules

if TYPE_CHECKING:
    from openstack.connection import Connection

with without_modules(SLOW_OPTIONAL):
    # nbval imports it, too: one second later without this.
    import jsonschema  # noqa: F401


@pytest.fixture(scope="session")
def practice_cloud_home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the practice cloud, in pytest's cache, so that only the first run builds it."""
    cache = getattr(request.config, "cache", None)
    # Others can read pytest's folder, and the practice cloud makes its own.
    return (cache.mkdir("practice-cloud") if cache else tmp_path_factory.mktemp("practice-cloud")) / "home"


@pytest.fixture(scope="session")
def practice_cloud(practice_cloud_home: Path) -> PracticeCloud:
    """The practice cloud, running; all workers of pytest-xdist share it, and it stops after the last of them.

    Raises:
        PracticeCloudError: It does not start.

    Example:
        >>> def test_my_client(practice_cloud):
        ...     subprocess.run(["openstack", "server", "list"], env={
        ...         **os.environ, "OS_CLIENT_CONFIG_FILE": str(practice_cloud.clouds_yaml), "OS_CLOUD": "practice"
        ...     }, check=True)
    """
    cloud = PracticeCloud(practice_cloud_home)
    with fasteners.InterProcessLock(practice_cloud_home.with_suffix(".lock")):
        # What earlier runs left is removed, unless another worker uses the cloud already.
        if not cloud.status()["running"] and (practice_cloud_home / "built.json").exists():
            cloud.reset()
        cloud.start(client=os.getpid())
    return cloud


@pytest.fixture
def openstack_connection(practice_cloud: PracticeCloud) -> "Connection":
    """A connection of openstacksdk, as an ordinary user of a project that only this test uses.

    The project has the network test-net, whose router leads to the external network ext-net.

    Example:
        >>> def test_a_server_becomes_active(openstack_connection):
        ...     server = openstack_connection.create_server(
        ...         "web", flavor="1C-1GB-20GB", image="Debian 13 Trixie", network="test-net", wait=True
        ...     )
        ...     assert server.status == "ACTIVE"
    """
    return create_project(practice_cloud, f"test-{uuid.uuid4().hex[:8]}")


def create_project(cloud: PracticeCloud, name: str) -> "Connection":
    """Create a project with a user of the same name and a network, and return that user's connection."""
    # Importing the SDK takes a second, which test runs without a cloud would also wait for.
    from .state import projects

    admin, password = projects.log_in(cloud.clouds_yaml, "practice-admin"), secrets.token_urlsafe(18)
    projects.create_project(admin.identity, name, name, password)
    conn = projects.log_in(cloud.clouds_yaml, "practice", username=name, password=password, project_name=name)
    described = {"name": "test-net", "cidr": "192.168.122.0/24", "router": "test-router"}
    outside = conn.network.find_network("ext-net", ignore_missing=False)
    projects.create_project_network(conn.network, described, outside.id)
    return conn

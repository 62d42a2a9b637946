"""Fixtures that several test files share."""

import os
from contextlib import contextmanager
from pathlib import Path

import openstack
import pytest

from helpers import practice_cloud

ROOT = Path(__file__).parent.parent


def pytest_collection_modifyitems(items):
    """Mark what needs the practice cloud, so that -m "not cloud" leaves tests that run in seconds."""
    for item in items:
        if "cloud_home" in item.fixturenames:
            item.add_marker("cloud")


@contextmanager
def home_at(folder: Path | str):
    """Let PRACTICE_CLOUD_HOME be a folder for a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRACTICE_CLOUD_HOME", str(folder))
        patch.setenv("OS_CLIENT_CONFIG_FILE", f"{folder}/clouds.yaml")
        patch.delenv("OS_CLOUD", raising=False)
        yield


@pytest.fixture(scope="session")
def cloud_home(tmp_path_factory):
    """A practice cloud of the tests' own, built once and stopped at the end."""
    folder = tmp_path_factory.mktemp("practice-cloud")
    with home_at(folder):
        practice_cloud.start()
        yield folder
        practice_cloud.stop()


@pytest.fixture
def cloud(cloud_home):
    """The practice cloud, running and in its pristine state."""
    with home_at(cloud_home):
        practice_cloud.start()
        practice_cloud.reset()
        yield practice_cloud


@pytest.fixture
def conn(cloud):
    """A connection of the learner."""
    return openstack.connect(cloud="practice", region_name="Fra1")


@pytest.fixture
def environment(cloud_home):
    """The environment variables for a process that is to use the practice cloud."""
    return {**os.environ, "PRACTICE_CLOUD_HOME": str(cloud_home), "COLUMNS": "120"}

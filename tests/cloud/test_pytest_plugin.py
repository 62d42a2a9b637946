"""The pytest plugin, in a project that is not this one."""

import subprocess
import sys

from shared.foreign_project import write_foreign_project

USE_THE_CLOUD_THAT_RUNS = """
import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def practice_cloud_home():
    return Path(os.environ["PRACTICE_CLOUD_HOME"])
"""


def test_each_test_of_a_foreign_project_has_a_real_project(cloud, environment, tmp_path):
    write_foreign_project(tmp_path)
    (tmp_path / "conftest.py").write_text(USE_THE_CLOUD_THAT_RUNS)
    command = [sys.executable, "-m", "pytest", "-q", "-W", "ignore"]
    result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert "2 passed" in result.stdout, result.stdout
    assert cloud.status()["running"]

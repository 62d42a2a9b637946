"""What the CI of whoever uses the course does: requirements.txt alone, and the plain nbval command."""

import os
import subprocess
import venv

import pytest
from conftest import ROOT, home_at

import practice_cloud

COMMAND = "-m pytest --nbval --nbval-sanitize-with tests/sanitize.cfg notebooks".split()
# What a developer has chosen is no part of it.
OTHERS = ("COLUMNS", "OS_CLIENT_CONFIG_FILE", "PYTEST_ADDOPTS", "PYTHONPATH")


@pytest.fixture(scope="module")
def learners_python(tmp_path_factory):
    """The Python of an environment that has what learners install, and nothing of the tests."""
    folder = tmp_path_factory.mktemp("learner")
    venv.create(folder, with_pip=True)
    install = [folder / "bin" / "python", "-m", "pip", "install", "-q", "-r", "requirements.txt"]
    result = subprocess.run(install, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[-3000:]
    return folder / "bin" / "python"


def test_the_plain_command_passes_twice_on_one_cloud(learners_python, tmp_path):
    with home_at(tmp_path / "home"):
        environment = {name: value for name, value in os.environ.items() if name not in OTHERS}
        try:
            for _ in range(2):
                result = subprocess.run(
                    [learners_python, *COMMAND], cwd=ROOT, env=environment, capture_output=True, text=True
                )
                assert result.returncode == 0, result.stdout[-20000:] + result.stderr
                assert "warning" not in result.stdout
        finally:
            practice_cloud.stop()

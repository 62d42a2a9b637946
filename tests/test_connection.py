"""connect(): the practice cloud, the learner's own cloud, and what is said when it is not to be had."""

import subprocess
import sys

import pytest

from helpers import connect
from helpers.errors import CourseError


@pytest.fixture
def own_cloud(cloud, cloud_home, tmp_path, monkeypatch):
    """Use the practice cloud as if it were the learner's own, with a clouds.yaml that a test may spoil."""
    path = tmp_path / "clouds.yaml"
    path.write_text((cloud_home / "clouds.yaml").read_text())
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(path))
    monkeypatch.setenv("OS_CLOUD", "practice-admin")
    return path


def test_without_os_cloud_it_is_the_practice_cloud_started_on_demand(cloud, monkeypatch, environment):
    cloud.stop()
    environment.pop("OS_CLIENT_CONFIG_FILE", None)
    script = "from helpers import connect; print(connect().current_project.name)"
    result = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert result.stdout.endswith("\ncourse\n"), result
    assert cloud.status()["running"]


def test_os_cloud_names_the_learners_own_cloud(own_cloud):
    assert connect().current_project.name == "admin"


def test_an_unknown_cloud_is_told_together_with_the_known_ones(own_cloud, monkeypatch):
    monkeypatch.setenv("OS_CLOUD", "nope")
    with pytest.raises(CourseError, match="Cloud nope was not found.*practice, practice-admin"):
        connect()


def test_no_clouds_yaml_at_all(tmp_path, environment):
    environment |= {"OS_CLOUD": "mine", "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    environment.pop("OS_CLIENT_CONFIG_FILE", None)
    script = "from helpers import connect; connect()"
    result = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=tmp_path, capture_output=True, text=True
    )
    assert "There is no clouds.yaml: put one in" in result.stderr


def test_a_wrong_region_lists_the_valid_ones(own_cloud):
    own_cloud.write_text(own_cloud.read_text().replace("region_name: Fra1", "region_name: fra1"))
    with pytest.raises(CourseError, match="no region 'fra1'.*to one of: Fra1"):
        connect()


def test_a_wrong_password_is_told_as_such(own_cloud):
    own_cloud.write_text(own_cloud.read_text().replace("password: ", "password: wrong"))
    with pytest.raises(CourseError, match="refuses the user name or the password"):
        connect()


def test_a_cloud_that_does_not_answer_is_told_as_such(own_cloud, cloud):
    cloud.stop()
    with pytest.raises(CourseError, match="does not answer. Check your network"):
        connect()


def test_a_notebook_shows_one_line_and_no_traceback():
    assert CourseError("Do this.")._render_traceback_() == ["CourseError: Do this."]

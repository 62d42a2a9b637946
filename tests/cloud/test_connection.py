"""connect(): the practice cloud, the learner's own cloud, and what a real Keystone says of logins that fail."""

import re
import subprocess
import sys

import nbformat
import openstack
import pytest
import yaml
from conftest import NOTEBOOKS

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


def test_without_os_cloud_the_practice_cloud_starts_on_demand(cloud, monkeypatch, environment):
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


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("region_name: Fra1", "region_name: fra1", "no region 'fra1'.*to one of: Fra1"),
        ("password: ", "password: wrong", "refuses the login: .*Check the user name, password, project"),
        (".*user_domain_id.*\n", "", "not complete: Expecting to find domain in user"),
        (".*project_domain_id.*\n", "", "not complete: Expecting to find domain in project"),
    ],
)
def test_a_mistake_in_an_entry_is_told_as_such(own_cloud, right, wrong, said):
    own_cloud.write_text(re.sub(right, wrong, own_cloud.read_text()))
    with pytest.raises(CourseError, match=said):
        connect()


def test_a_cloud_that_does_not_answer_is_told_as_such(own_cloud, cloud):
    cloud.stop()
    with pytest.raises(CourseError, match="does not answer: Connection refused. Nothing is listening"):
        connect()


def test_a_cloud_with_every_form_of_login(own_cloud, conn, monkeypatch):
    """Notebook 01 shows the project with all of them (L12); connect() says what became of them (L1, L2, L5)."""
    line = next(cell.source for cell in nbformat.read(NOTEBOOKS[1], as_version=4).cells if cell.id == "01-22")
    admin = openstack.connect(cloud="practice-admin", region_name="Fra1")
    login, me, token = conn.config.auth, conn.current_user_id, conn.auth_token
    user = {key: value for key, value in login.items() if not key.startswith("project")}
    credential = conn.identity.create_application_credential(me, name="import-openstack-test")
    program = {
        "auth_url": login["auth_url"],
        "application_credential_id": credential.id,
        "application_credential_secret": credential.secret,
    }
    application = {"auth_type": "v3applicationcredential"}
    entries = {
        "name": {"auth": login},
        "id": {"auth": {**user, "project_id": conn.current_project_id}},
        "token": {"auth_type": "v3token", "auth": {"auth_url": login["auth_url"], "token": token}},
        "program": {"auth": program, **application},
        "too much": {"auth": {**program, "project_id": conn.current_project_id}, **application},
        "no type": {"auth": program},
        "no project": {"auth": user},
    }
    entries["token"]["auth"]["project_id"] = conn.current_project_id
    own_cloud.write_text(yaml.safe_dump({"clouds": entries}))

    def said(name: str) -> str:
        monkeypatch.setenv("OS_CLOUD", name)
        with pytest.raises(CourseError) as caught:
            connect()
        assert not {credential.secret, token, login["password"]} & set(re.split(r"[^\w-]", str(caught.value)))
        return str(caught.value)

    for name in ("name", "id", "token", "program"):
        monkeypatch.setenv("OS_CLOUD", name)
        assert eval(line, {"conn": connect()}) == "course", name
    assert "and a project as well. Remove the project" in said("too much")
    assert "Add `auth_type: v3applicationcredential`" in said("no type")
    admin.identity.update_user(me, default_project_id=None)
    assert "names no project" in said("no project")
    conn.identity.delete_application_credential(me, credential)
    assert "no longer recognizes that application credential" in said("program")
    conn.session.delete(f"{login['auth_url']}/auth/tokens", headers={"X-Subject-Token": token})
    assert "no longer recognizes that token" in said("token")


def test_a_notebook_shows_one_line_and_no_traceback():
    assert CourseError("Do this.")._render_traceback_() == ["CourseError: Do this."]

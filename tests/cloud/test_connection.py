"""connect(): the practice cloud, the learner's own cloud, and what is said when it is not to be had."""

import re
import ssl
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

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
        ("password: ", "password: wrong", "refuses the login. Check user name, password, project"),
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
    with pytest.raises(CourseError, match="does not answer. Check your network"):
        connect()


LOGIN = "username: a, password: b, project_name: c, user_domain_id: default, project_domain_id: default"
NONSENSE = {
    "clouds: [": "x was not found.*clouds.yaml must begin with a line `clouds:`",
    "hello": "not a valid mapping.*must begin with a line `clouds:`",
    "foo: 1": "x was not found.*must begin with a line `clouds:`",
    "clouds:": "entry for the cloud 'x' in clouds.yaml is not complete",
    "clouds: {x: {auth: }}": "entry for the cloud 'x' in clouds.yaml is not complete",
    f"clouds: {{x: {{auth: {{{LOGIN}}}}}}}": "not complete: Auth plugin requires parameters .*: auth_url",
    f"clouds: {{x: {{profile: nobody, auth: {{{LOGIN}}}}}}}": "not complete: Auth plugin requires .*: auth_url",
    "clouds: {x: {auth_type: magic, auth: {auth_url: 'http://127.0.0.1:1'}}}": "not complete: The plugin magic",
    f"clouds: {{x: {{auth: {{auth_url: 'http://127.0.0.1:1/v3', {LOGIN}}}}}}}": "'x' does not answer. Check",
    f"clouds: {{x: {{auth: {{auth_url: keystone, {LOGIN}}}}}}}": "'x' does not answer as a cloud does. Check auth_url",
    "clouds: {x: {auth: {auth_url: 'http://127.0.0.1:1/v3', username: a}}}": "not complete: password is a required",
}


@pytest.mark.parametrize(("text", "said"), NONSENSE.items())
def test_nonsense_in_clouds_yaml_is_told_in_one_line(tmp_path, monkeypatch, text, said):
    (tmp_path / "clouds.yaml").write_text(text)
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(tmp_path / "clouds.yaml"))
    monkeypatch.setenv("OS_CLOUD", "x")
    with pytest.raises(CourseError, match=said) as caught:
        connect()
    assert len(caught.value._render_traceback_()) == 1
    assert "\n" not in str(caught.value)


def test_a_certificate_that_nobody_trusts_is_told_as_such(tmp_path, monkeypatch):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=cloud".split()
    subprocess.run([*make, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"https://127.0.0.1:{server.server_port}/v3"
        (tmp_path / "clouds.yaml").write_text(f"clouds: {{x: {{auth: {{auth_url: '{url}', {LOGIN}}}}}}}")
        monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(tmp_path / "clouds.yaml"))
        monkeypatch.setenv("OS_CLOUD", "x")
        with pytest.raises(CourseError, match="'x' has a certificate that this machine does not trust. Set cacert"):
            connect()
        server.shutdown()


def test_a_notebook_shows_one_line_and_no_traceback():
    assert CourseError("Do this.")._render_traceback_() == ["CourseError: Do this."]

"""The script that learners take home: it needs none of the helpers, and leaves nothing."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, requirements
from projects import contents

from helpers import filter_marked, practice_cloud

HELLO = "<h1>Hello from my own server</h1>"


@pytest.fixture
def script(cloud, tmp_path):
    """A copy of the script in a folder of its own, and the environment that a notebook on the practice cloud gives it."""
    environment = os.environ | {"http_proxy": practice_cloud.proxy(), "no_proxy": "127.0.0.1,localhost"}
    environment["PYTHONPATH"] = "/nowhere"
    return Path(shutil.copy(ROOT / "notebooks" / "web_page.py", tmp_path)), environment


def start(script: tuple[Path, dict[str, str]], *arguments: str) -> subprocess.Popen:
    """Start the script on the practice cloud."""
    path, environment = script
    command = [sys.executable, path, "--cloud", "practice", *arguments]
    return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def run(script: tuple[Path, dict[str, str]], *arguments: str) -> tuple[int, list[str], list[str]]:
    """Run the script, and return its exit code and the lines that it printed."""
    process = start(script, *arguments)
    printed, complained = process.communicate(timeout=300)
    return process.returncode, printed.splitlines(), complained.splitlines()


def test_a_second_run_makes_nothing_and_delete_leaves_nothing(script, conn):
    before = contents(conn)
    first = run(script)
    assert (first[0], first[1][-1], first[2]) == (0, HELLO, [])
    made = contents(conn)
    assert sorted(kind for kind, _ in made.keys() - before.keys()) == [
        "FloatingIP",
        "Keypair",
        "Port",
        "SecurityGroup",
        "Server",
    ]
    assert [len(filter_marked(found, "web_page")) for found in (conn.list_servers(), conn.list_security_groups())] == [
        1,
        1,
    ]
    (key,) = script[0].parent.glob("*.pem")
    assert key.stat().st_mode & 0o777 == 0o600
    assert run(script) == first
    assert contents(conn).keys() == made.keys()
    assert run(script, "--delete") == run(script, "--delete") == (0, ["Deleted."], [])
    assert contents(conn) == before
    assert not key.exists()


def test_what_a_colleague_calls_the_same_stays_as_it_is(script, conn):
    group = conn.create_security_group("web_page", "of a colleague")
    conn.create_server("web_page", **requirements(conn), security_groups=[group.id], auto_ip=False, wait=True)
    conn.create_keypair("web_page")
    outside = next(conn.network.networks(is_router_external=True))
    conn.network.create_ip(floating_network_id=outside.id, description="import-openstack")
    before = contents(conn)
    assert run(script)[0] == 0
    assert run(script, "--delete")[0] == 0
    assert contents(conn) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--cloud", "nope"], "ConfigException: Cloud nope was not found."),
        (["--vcpus", "3"], "This cloud has no flavor such as you want. What you can change: --help"),
        (["--distro", "plan9"], "This cloud has no image such as you want. What you can change: --help"),
    ],
)
def test_an_error_is_one_line(arguments, said, script):
    assert run(script, *arguments) == (1, [], [said])


def test_a_cloud_that_does_not_answer_is_one_line(script, tmp_path):
    clouds = tmp_path / "clouds.yaml"
    auth = "{auth_url: 'http://127.0.0.1:9/v3', username: a, password: b, project_name: c}"
    clouds.write_text(f"clouds: {{practice: {{auth: {auth}}}}}")
    code, printed, complained = run((script[0], script[1] | {"OS_CLIENT_CONFIG_FILE": str(clouds)}))
    assert (code, printed, len(complained)) == (1, [], 1)
    assert complained[0].startswith("ConnectFailure: ")


@pytest.mark.parametrize("kind", ["security_groups", "keypairs", "servers", "floating_ips"])
def test_delete_leaves_nothing_when_the_first_run_was_interrupted(kind, script, conn):
    before = contents(conn)
    process = start(script)
    while not filter_marked(getattr(conn, f"list_{kind}")()):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, complained = process.communicate(timeout=60)
    assert (process.returncode, len(complained.splitlines())) in ((1, 1), (0, 0)), complained
    assert run(script, "--delete") == (0, ["Deleted."], [])
    assert contents(conn) == before
    assert list(script[0].parent.glob("*.pem")) == []

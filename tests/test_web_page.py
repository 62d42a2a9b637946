"""The script that learners take home: it needs none of the helpers, and leaves nothing."""

import ast
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

SCRIPT = ROOT / "notebooks" / "web_page.py"
HELLO = "<h1>Hello from my own server</h1>"
NO_ANSWER = "clouds: {far: {auth: {auth_url: 'http://127.0.0.1:9/v3', username: a, password: b, project_name: c}}}"


@pytest.fixture
def script(cloud, tmp_path):
    """A copy of the script in a folder of its own, and the variables with which a notebook would start it."""
    environment = os.environ | {"http_proxy": practice_cloud.proxy(), "no_proxy": "127.0.0.1,localhost"}
    return Path(shutil.copy(SCRIPT, tmp_path)), environment


def start(script: tuple[Path, dict[str, str]], *arguments: str) -> subprocess.Popen:
    """Start the script on the practice cloud."""
    path, environment = script
    command = [sys.executable, path, "--cloud", "practice", *arguments]
    return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def run(script: tuple[Path, dict[str, str]], *arguments: str) -> tuple[int, list[str], list[str]]:
    """Run the script; return its exit code, what it printed, and what it complained of."""
    process = start(script, *arguments)
    printed, complained = process.communicate(timeout=300)
    return process.returncode, printed.splitlines(), complained.splitlines()


def test_it_needs_openstacksdk_and_nothing_else():
    nodes = list(ast.walk(ast.parse(SCRIPT.read_text())))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
    # keystoneauth1 comes with openstacksdk, and raises what the SDK lets through.
    assert {name.partition(".")[0] for name in names} - sys.stdlib_module_names == {"openstack", "keystoneauth1"}


def test_a_second_run_makes_nothing_and_delete_leaves_nothing(script, conn):
    before = contents(conn)
    first = run(script)
    assert (first[0], first[1][-1], first[2]) == (0, HELLO, [])
    made = contents(conn)
    kinds = sorted(kind for kind, _ in made.keys() - before.keys())
    assert kinds == ["FloatingIP", "Keypair", "Port", "SecurityGroup", "Server"]
    marked = [*filter_marked(conn.list_servers()), *filter_marked(conn.list_security_groups())]
    assert [resource.name for resource in marked] == ["web_page", "web_page"]
    (key,) = script[0].parent.glob("*.pem")
    assert key.stat().st_mode & 0o777 == 0o600
    assert run(script) == first
    assert contents(conn).keys() == made.keys()
    assert run(script, "--delete") == run(script, "--delete") == (0, ["Deleted."], [])
    assert contents(conn) == before
    assert not key.exists()


def test_what_others_have_stays_as_it_is(script, conn):
    assert run(script)[0] == 0
    group = conn.create_security_group("web_page", "of a colleague")
    conn.create_server("web_page", **requirements(conn), security_groups=[group.id], auto_ip=False, wait=True)
    conn.create_keypair("web_page")
    outside = next(conn.network.networks(is_router_external=True))
    conn.network.create_ip(floating_network_id=outside.id, description="import-openstack")
    of_others = contents(conn)
    assert run(script)[0] == 0
    assert contents(conn).keys() == of_others.keys()
    assert run(script, "--delete")[0] == 0
    left = contents(conn)
    gone = sorted(kind for kind, _ in of_others.keys() - left.keys())
    assert gone == ["FloatingIP", "Keypair", "Port", "SecurityGroup", "Server"]
    assert {what: of_others[what] for what in left} == left


def test_an_error_is_one_line(script, tmp_path):
    (tmp_path / "clouds.yaml").write_text(NO_ANSWER)
    elsewhere = script[1] | {"OS_CLIENT_CONFIG_FILE": str(tmp_path / "clouds.yaml")}
    assert run(script, "--cloud", "nope") == (1, [], ["ConfigException: Cloud nope was not found."])
    for option, kind in (("--vcpus", "flavor"), ("--distro", "image")):
        said = [f"This cloud has no {kind} such as you want. What you can change: --help"]
        assert run(script, option, "3") == (1, [], said)
    code, printed, complained = run((script[0], elsewhere), "--cloud", "far")
    assert (code, printed, [line.partition(":")[0] for line in complained]) == (1, [], ["ConnectFailure"])


def test_delete_leaves_nothing_when_a_run_was_interrupted(script, conn):
    before = contents(conn)
    for kind in ("security_groups", "keypairs", "servers", "floating_ips"):
        process = start(script)
        while process.poll() is None and not filter_marked(getattr(conn, f"list_{kind}")()):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        printed, complained = process.communicate(timeout=60)
        # Whoever is late interrupts a script that has said all it has to say, and Python as it ends.
        assert printed.endswith(f"{HELLO}\n") or "Run it again to go on" in complained.splitlines()[-1], complained
        assert run(script, "--delete") == (0, ["Deleted."], [])
        assert contents(conn) == before
        assert list(script[0].parent.glob("*.pem")) == []

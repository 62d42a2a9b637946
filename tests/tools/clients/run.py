"""Let other clients than openstacksdk use the practice cloud: python tests/tools/clients/run.py

An Ansible playbook, in an environment of its own, and a Go program with gophercloud as Debian packages it. They run on
a throw-away practice cloud, as the learner. A client that cannot be installed is not run, and the last lines say so.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable
from pathlib import Path

import openstack

import practice_cloud

HERE = Path(__file__).parent
GO = {"GO111MODULE": "off", "GOFLAGS": "", "GOPATH": "/usr/share/gocode"}


class NotInstalledError(Exception):
    """Why a client cannot be run."""


def run(*command: str | Path, **variables: str) -> str:
    """Run a command, and show and return what it prints. A failure raises CalledProcessError."""
    words = [str(word) for word in command]
    process = subprocess.run(words, env=os.environ | variables, stdout=subprocess.PIPE, text=True)
    print(process.stdout, end="", flush=True)
    process.check_returncode()
    return process.stdout


def ansible(folder: Path) -> None:
    """Run the playbook twice, the second time without a change, and let it delete everything."""
    try:
        venv.create(folder, with_pip=True)
        run(folder / "bin/pip", "install", "-qq", "--no-compile", "-r", HERE / "requirements.txt")
    except subprocess.CalledProcessError as error:
        raise NotInstalledError(f"tests/tools/clients/requirements.txt: {error}") from None
    variables = {"ANSIBLE_HOME": str(folder / "ansible"), "ANSIBLE_LOCALHOST_WARNING": "false", "LC_ALL": "C.UTF-8"}
    variables |= {"ANSIBLE_INVENTORY_UNPARSED_WARNING": "false", "ANSIBLE_NOCOLOR": "true"}
    for options, changes in ([], 8), ([], 0), (["--tags", "delete"], 5):
        output = run(folder / "bin/ansible-playbook", HERE / "playbook.yaml", *options, **variables)
        changed = int(re.search(r"changed=(\d+)", output)[1])
        assert changed == changes, f"{changed} tasks changed something, and not {changes}"


def gophercloud(folder: Path) -> None:
    """Build the Go program, and run it."""
    if not (shutil.which("go") and Path(GO["GOPATH"], "src/github.com/gophercloud/utils").exists()):
        raise NotInstalledError("apt install golang-go golang-github-gophercloud-utils-dev")
    run("go", "build", "-o", folder / "gophercloud", HERE / "gophercloud/main.go", **GO)
    run(folder / "gophercloud")


def everything(conn: openstack.connection.Connection) -> set[str]:
    """Return the ids of all that the learner has."""
    kinds = [conn.compute.servers, conn.compute.keypairs, conn.network.networks, conn.network.subnets]
    kinds += [conn.network.routers, conn.network.ports, conn.network.ips, conn.network.security_groups]
    return {f"{kind.__name__} {thing.id}" for kind in kinds for thing in kind()}


def judge(client: Callable[[Path], None], folder: Path) -> str:
    """Let one client do its work, and say how it went."""
    print(f"--- {client.__name__}", flush=True)
    conn = openstack.connect()
    before = everything(conn)
    try:
        client(folder / client.__name__)
    except NotInstalledError as reason:
        return f"NOT RUN, because it is not installed: {reason}"
    except (AssertionError, subprocess.CalledProcessError) as error:
        return f"FAILED: {error}"
    return "FAILED: it left or took something" if everything(conn) != before else "passed"


def main() -> int:
    """Run each client, and return the exit code: 0 if one passed and none failed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["PRACTICE_CLOUD_HOME"] = str(folder / "cloud")
        clouds_yaml = practice_cloud.start(report=print)["clouds_yaml"]
        os.environ.update(OS_CLIENT_CONFIG_FILE=clouds_yaml, OS_CLOUD="practice")
        try:
            verdicts = {client.__name__: judge(client, folder) for client in (ansible, gophercloud)}
        finally:
            practice_cloud.stop()
    print(*(f"{client}: {verdict}" for client, verdict in verdicts.items()), sep="\n")
    failed = any(verdict.startswith("FAILED") for verdict in verdicts.values())
    return int(failed or "passed" not in verdicts.values())


if __name__ == "__main__":
    sys.exit(main())

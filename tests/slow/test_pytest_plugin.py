"""The pytest plugin, as a new user of it installs it."""

import os
import subprocess
import sys
import time

import psutil
from conftest import ROOT
from shared.foreign_project import write_foreign_project


def test_three_commands_in_an_environment_of_its_own(tmp_path, tmp_path_factory):
    write_foreign_project(tmp_path)
    # pip leaves a folder build in what it installs.
    clone = tmp_path_factory.mktemp("course") / "clone"
    subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
    (tmp_path / "requirements.txt").write_text(f"{clone}\n")
    commands = [
        f"{sys.executable} -m venv .venv",
        ".venv/bin/pip install --quiet -r requirements.txt",
        ".venv/bin/pytest -q -W ignore",
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PRACTICE", "PYTEST"))}
    began = time.monotonic()
    for command in commands:
        result = subprocess.run(command.split(), cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert result.returncode == 0, result.stdout + result.stderr
        print(f"{command}: after {time.monotonic() - began:.0f} s")
    assert "2 passed" in result.stdout
    # Nothing is left running: the cloud ends with its last client.
    mine = [process for process in psutil.process_iter(["cmdline"]) if str(tmp_path) in str(process.info["cmdline"])]
    assert psutil.wait_procs(mine, timeout=30)[1] == []

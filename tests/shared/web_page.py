"""The script web_page.py, run in a process of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

import practice_cloud

SCRIPT = ROOT / "notebooks" / "web_page.py"
HELLO = "<h1>Hello from my own server</h1>"


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

"""What the README says is so."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

from conftest import README, ROOT


def test_commands_of_the_practice_cloud_work(cloud, environment):
    for command in re.findall(r"^\.venv/bin/practice-cloud (\w+)$", README, re.MULTILINE):
        result = subprocess.run(
            [Path(sys.executable).with_name("practice-cloud"), command], env=environment, capture_output=True, text=True
        )
        assert result.returncode == 0, result


def test_the_fast_tests_are_found():
    options = shlex.split(re.search(r"`\.venv/bin/pytest (.*)`", README)[1])
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", *options]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
    assert "tests/unit/test_filters.py" in result.stdout
    assert "tests/cloud" not in result.stdout

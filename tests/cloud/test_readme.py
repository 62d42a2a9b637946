"""What the README says is so."""

import re
import subprocess
import sys
from pathlib import Path

from conftest import README


def test_commands_of_the_practice_cloud_work(cloud, environment):
    for command in re.findall(r"^\.venv/bin/practice-cloud (\w+)$", README, re.MULTILINE):
        result = subprocess.run(
            [Path(sys.executable).with_name("practice-cloud"), command], env=environment, capture_output=True, text=True
        )
        assert result.returncode == 0, result

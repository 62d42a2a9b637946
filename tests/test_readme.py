"""What the README says is so."""

import re
import subprocess
import sys
from pathlib import Path

from conftest import ROOT

README = (ROOT / "README.md").read_text()


def test_links_lead_somewhere():
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert targets
    assert not [target for target in targets if not (ROOT / target).exists()]


def test_every_notebook_is_listed():
    listed = re.findall(r"notebooks/(\w+\.ipynb)\) \|", README)
    assert listed == sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


def test_ci_runs_exactly_the_test_command():
    command = re.search(r"grep -x '(.*)' README.md", (ROOT / ".ci" / "run").read_text())[1]
    assert len(re.findall(f"^{command}$", README, re.MULTILINE)) == 1


def test_commands_of_the_practice_cloud_work(cloud, environment):
    for command in re.findall(r"^\.venv/bin/practice-cloud (\w+)$", README, re.MULTILINE):
        result = subprocess.run(
            [Path(sys.executable).with_name("practice-cloud"), command], env=environment, capture_output=True, text=True
        )
        assert result.returncode == 0, result

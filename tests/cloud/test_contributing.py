"""What contributors are told is so: places, forms, checks before a commit, licences."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml
from conftest import NOTEBOOKS, ROOT

import practice_cloud
from practice_cloud.base.home import Home
from practice_cloud.base.secrets import passwords

HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]


def run_hook(number: int, *files: Path) -> subprocess.CompletedProcess:
    """Run a check as pre-commit would, with the programs of this environment."""
    program, *arguments = shlex.split(HOOKS[number]["entry"])
    command = [Path(sys.executable).with_name(Path(program).name), *arguments, *files]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize("number", range(len(HOOKS)), ids=[hook["id"] for hook in HOOKS])
def test_the_checks_before_a_commit_pass(number):
    result = run_hook(number, *NOTEBOOKS)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_notebook_that_is_not_valid_is_not_committed(tmp_path):
    notebook = json.loads(NOTEBOOKS[0].read_text())
    del notebook["cells"][0]["metadata"]
    (tmp_path / "bad.ipynb").write_text(json.dumps(notebook))
    with pytest.raises(nbformat.ValidationError):
        nbformat.validate(nbformat.read(tmp_path / "bad.ipynb", 4))
    assert run_hook(len(HOOKS) - 1, tmp_path / "bad.ipynb").returncode == 1


def test_the_bug_report_asks_for_a_status_that_has_no_secrets(cloud):
    form = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / "bug.yml").read_text())
    assert any("practice-cloud status --json" in part["attributes"].get("description", "") for part in form["body"])
    assert not [word for word in passwords(Home()).values() if word in json.dumps(practice_cloud.status())]

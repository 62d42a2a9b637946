"""What contributors read is so: checks before a commit, releases, the bug report."""

import json
import os
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
    command = [Path(sys.executable).with_name(Path(program).name), *arguments]
    command += files if HOOKS[number].get("pass_filenames", True) else []
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


@pytest.mark.parametrize(
    ("tag", "date", "passes"),
    [("v3.0.0", "2027-01-31", True), ("v3.0.1", "2027-01-31", False), ("v3.0.0", "Unreleased", False)],
    ids=["right", "another version", "no date"],
)
def test_only_a_tag_of_the_dated_version_is_released(tmp_path, tag, date, passes):
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "3.0.0"\n')
    (tmp_path / "CHANGELOG.md").write_text(f"# Changelog\n\n## [3.0.0] - {date}\n\n## [2.0.0] - 2026-11-29\n")
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text())
    check = workflow["jobs"]["release"]["steps"][1]["run"]
    # As GitHub runs a step.
    command = ["bash", "-e", "-c", check]
    result = subprocess.run(command, cwd=tmp_path, env=os.environ | {"GITHUB_REF_NAME": tag}, capture_output=True)
    assert (result.returncode == 0) == passes


def test_the_bug_report_asks_for_a_status_that_has_no_secrets(cloud):
    form = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / "bug.yml").read_text())
    assert any("practice-cloud status --json" in part["attributes"].get("description", "") for part in form["body"])
    assert not [word for word in passwords(Home()).values() if word in json.dumps(practice_cloud.status())]

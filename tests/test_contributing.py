"""What contributors are told is so: places, forms, checks before a commit, licences."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml
from conftest import NOTEBOOKS, ROOT

from helpers import practice_cloud
from helpers.practice_cloud.settings.configuration import passwords
from helpers.practice_cloud.settings.home import Home

GUIDES = [ROOT / ".github" / "CONTRIBUTING.md", ROOT / "helpers" / "practice_cloud" / "README.md"]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_what_the_guides_name_is_there(guide):
    text = guide.read_text()
    paths = re.findall(r"\]\((?!https?:)([^)#]+)", text) + re.findall(
        r"`((?:running|settings|services|state|gateway|guests)/\S+\.\w+)`", text
    )
    assert paths
    assert not [path for path in paths if not list(guide.parent.glob(path)) and not (guide.parent / path).exists()]


def test_the_table_of_places_names_what_its_files_have():
    rows = re.findall(r"^\| .* \| \[.*?\]\(\.\./(\S+?)\)(.*) \|$", GUIDES[0].read_text(), re.MULTILINE)
    named = [(ROOT / path, name) for path, names in rows for name in re.findall(r"`(\w+)`", names)]
    assert len(rows) > 25
    assert not [(path.name, name) for path, name in named if name not in path.read_text()]


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


def test_both_licences_are_there_in_full_and_go_into_a_package():
    apache, creative_commons = ((ROOT / name).read_text() for name in ("LICENSE", "LICENSE-CC-BY-SA-4.0"))
    assert "Version 2.0" in apache
    assert "END OF TERMS AND CONDITIONS" in apache
    sections = re.findall(r"^Section (\d) –", creative_commons, re.MULTILINE)
    assert sections == list("12345678")
    assert {path.name for glob in PROJECT["license-files"] for path in ROOT.glob(glob)} >= {
        "LICENSE",
        "LICENSE-CC-BY-SA-4.0",
    }

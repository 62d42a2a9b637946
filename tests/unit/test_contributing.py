"""What contributors read is so: places, forms, workflows, licences."""

import re
import tomllib

import pytest
import yaml
from conftest import ROOT

GITHUB = ROOT / ".github"
GUIDES = [GITHUB / "CONTRIBUTING.md", GITHUB / "TEACHING.md", ROOT / "helpers" / "practice_cloud" / "README.md"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_what_the_guides_name_is_there(guide):
    text = guide.read_text()
    paths = re.findall(r"\]\((?!https?:)([^)#]+)", text) + re.findall(
        r"`((?:base|services|state|guest|gateway|supervisor)/\S+\.\w+)`", text
    )
    assert paths
    assert not [path for path in paths if not list(guide.parent.glob(path)) and not (guide.parent / path).exists()]


def test_the_table_of_places_names_what_its_files_have():
    rows = re.findall(r"^\| .* \| \[.*?\]\(\.\./(\S+?)\)(.*) \|$", GUIDES[0].read_text(), re.MULTILINE)
    named = [(ROOT / path, name) for path, names in rows for name in re.findall(r"`(\w+)`", names)]
    assert len(rows) > 15
    assert not [(path.name, name) for path, name in named if name not in path.read_text()]


def test_every_slow_test_and_every_judge_runs_each_night():
    text = (ROOT / ".github" / "workflows" / "nightly.yml").read_text()
    shards = yaml.safe_load(text)["jobs"]["slow"]["strategy"]["matrix"]["include"]
    in_shards = [f"test_{name}.py" for shard in shards for name in shard["files"].split()]
    alone = re.findall(r"tests/slow/(test_\w+\.py)", text)
    assert sorted(in_shards + alone) == sorted(path.name for path in (ROOT / "tests" / "slow").glob("test_*.py"))
    judges = {str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "tools").glob("*/run.py")}
    assert set(re.findall(r"tests/tools/\w+/run\.py", text)) == judges


@pytest.mark.parametrize("workflow", [*(ROOT / ".github" / "workflows").glob("*.yml")], ids=lambda path: path.stem)
def test_workflows_name_files_that_are_there(workflow):
    text = workflow.read_text()
    assert yaml.safe_load(text)["jobs"]
    named = re.findall(r"(?:tests|\.ci)/[\w/]+(?:\.\w+)?", text.replace("tests/slow/test_%s.py", ""))
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("form", ["bug", "unclear"])
def test_an_issue_form_has_what_github_asks_for(form):
    form = yaml.safe_load((GITHUB / "ISSUE_TEMPLATE" / f"{form}.yml").read_text())
    assert form["name"]
    assert form["description"]
    assert len({part["id"] for part in form["body"]}) == len(form["body"])
    assert {part["type"] for part in form["body"]} <= {"input", "textarea"}
    assert all(part["attributes"]["label"] for part in form["body"])


def test_both_licences_are_there_in_full_and_go_into_a_package():
    apache, creative_commons = ((ROOT / name).read_text() for name in PROJECT["license-files"])
    assert "Version 2.0" in apache
    assert "END OF TERMS AND CONDITIONS" in apache
    sections = re.findall(r"^Section (\d) –", creative_commons, re.MULTILINE)
    assert sections == list("12345678")
    assert PROJECT["license-files"] == ["LICENSE", "notebooks/LICENSE"]

"""What the README and the pages that it links to say is so."""

import json
import re
import subprocess
import tomllib

import pytest
import yaml
from conftest import NOTEBOOKS, README, ROOT, TEACHING
from openstack.connection import Connection
from packaging.version import Version

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CLOUD_README = (ROOT / "helpers" / "practice_cloud" / "README.md").read_text()
FOLDERS = [ROOT / name for name in (".github", "helpers", "notebooks")]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(page for folder in FOLDERS for page in folder.rglob("*.md"))]
CHEAT_SHEET, GLOSSARY = ((ROOT / "notebooks" / name).read_text() for name in ("cheat_sheet.md", "glossary.md"))
TRUST = "jupyter trust notebooks/*.ipynb"


def anchors(page: str) -> set[str]:
    """Return what links to the headings of a page may say after the #, as GitHub makes it."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", page, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_is_short():
    assert len(README.splitlines()) <= 140
    text = re.sub(r"^```.*?^```", "", README, flags=re.MULTILINE | re.DOTALL)
    assert [line for line in text.splitlines() if len(line) > 120] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    text = page.read_text()
    links = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)", text)
    links += [(f"{ROOT}/{target}", "") for target in re.findall(r"`lab/tree/(\S+)`", text)]
    targets = [(page.parent / path if path else page, anchor) for path, anchor in links]
    assert [target for target, _ in targets if not target.exists()] == []
    with_anchors = [(target, anchor) for target, anchor in targets if anchor]
    assert [(target, anchor) for target, anchor in with_anchors if anchor not in anchors(target.read_text())] == []


def test_every_link_to_the_repository_is_the_one_in_pyproject():
    address = PROJECT.get("urls", {}).get("Repository")
    links = []
    files = subprocess.run(["git", "ls-files", "*.md", "*.yml", "*.ipynb", "binder"], cwd=ROOT, capture_output=True)
    for name in files.stdout.decode().split():
        text = (ROOT / name).read_text()
        assert "OWNER" not in text, name
        links += re.findall(rf"https?://[^\s)\"]*/{PROJECT['name']}\b", text)
    hosts = {"mybinder.org/v2/gh": "github.com", "mybinder.org/v2/gl": "gitlab.com"}
    for binder, host in hosts.items():
        links = [link.replace(binder, host) for link in links]
    assert {link for link in links if "registry.example.org" not in link} <= {address}


def test_the_image_for_jupyterhub_has_the_version_in_pyproject():
    assert re.findall(r'^    tag: "(.*)"$', TEACHING, re.MULTILINE) == [PROJECT["version"]]


def test_the_citation_has_the_version_in_pyproject():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == PROJECT["version"]
    assert set(citation["license"]) == set(PROJECT["license"].split(" AND "))


def test_the_newest_version_in_the_changelog_is_in_pyproject():
    changelog = (ROOT / "CHANGELOG.md").read_text()
    versions = re.findall(r"^## \[(.*?)\]", changelog, re.MULTILINE)
    assert versions[0] == PROJECT["version"]
    assert versions == sorted(versions, key=Version, reverse=True)


def test_every_notebook_is_listed():
    listed = re.findall(r"notebooks/(\w+\.ipynb)\) \|", README)
    assert listed == [path.name for path in NOTEBOOKS]


def test_every_command_is_run_by_a_test():
    pages = README + TEACHING + CLOUD_README
    commands = [line for block in re.findall(r"```sh\n(.*?)```", pages, re.DOTALL) for line in block.splitlines()]
    run_by = {
        "test_binder.py and test_browser.py": r"python3 -m venv .* \.venv/bin/jupyter lab \S+",
        "test_commands_of_the_practice_cloud_work": r"\.venv/bin/practice-cloud \w+",
        "test_gateway.py": r"ssh -F \S+/ssh_config -i \S+ ubuntu@[\d.]+|\.venv/bin/practice-cloud connect [\d.]+ 80",
        "test_class_hub.py": r"cd /srv/import-openstack && python3 -m venv .* jupyterhub==\S+ --version\)"
        r'|\.venv/bin/jupyter labextension disable "@jupyterlab/apputils-extension:announcements"',
        "test_slides.py": r"\.venv/bin/jupyter nbconvert --to slides .*|perl -pi -e .* slides/\*\.html",
        ".ci/run": r"python3 -m venv .* \.venv/bin/pytest -n auto --dist loadfile",
    }
    unknown = [command for command in commands if not any(re.fullmatch(known, command) for known in run_by.values())]
    assert unknown == []
    assert len(commands) >= len(run_by)


def test_the_values_for_jupyterhub_are_yaml():
    values = yaml.safe_load(re.search(r"```yaml\n(.*?)```", TEACHING, re.DOTALL)[1])
    assert (ROOT / values["singleuser"]["defaultUrl"].removeprefix("/lab/tree/")).exists()


def test_a_devcontainer_installs_what_the_readme_does():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    command = re.search(r"^(python3 -m venv .*) && \.venv/bin/jupyter lab ", README, re.MULTILINE)[1]
    assert container["postCreateCommand"] == command


def test_whoever_installs_the_course_trusts_its_notebooks():
    """Without that, a notebook that is opened again has no dropdowns."""
    assert re.search(rf"^python3 -m venv .* && \.venv/bin/{re.escape(TRUST)} && \.venv/bin/jupyter lab ", README, re.M)
    assert TRUST in (ROOT / "binder" / "postBuild").read_text().splitlines()


def test_the_cheat_sheet_names_calls_that_exist_in_the_order_of_the_notebooks():
    rows = re.findall(r"^\| .* \| (`.*) \| \[(\d\d)\]", CHEAT_SHEET, re.MULTILINE)
    assert len(rows) > 30
    for cell, _ in rows:
        for name in re.findall(r"`conn\.([\w.]+)\(", cell):
            *service, call = name.split(".")
            classes = getattr(Connection, service[0]).supported_versions.values() if service else [Connection]
            assert any(hasattr(found, call) for found in classes), name
    assert [number for _, number in rows] == sorted(number for _, number in rows)


def test_every_word_of_the_glossary_is_in_the_notebook_that_introduces_it():
    rows = re.findall(r"^\| (.*?) \| .* \| \[\d\d\]\((\w+\.ipynb)\) \|$", GLOSSARY, re.MULTILINE)
    assert len(rows) > 50
    texts = {path.name: path.read_text("utf-8").lower() for path in NOTEBOOKS}
    words = [(word.strip("`").lower(), name) for words, name in rows for word in words.split(", ")]
    assert [(word, name) for word, name in words if word not in texts[name]] == []


def test_ci_runs_exactly_the_test_command():
    command = re.search(r"grep -x '(.*)' README.md", (ROOT / ".ci" / "run").read_text())[1]
    assert len(re.findall(f"^{command}$", README, re.MULTILINE)) == 1

"""What the README says is so."""

import re
import subprocess
import tomllib

import yaml
from conftest import NOTEBOOKS, README, ROOT


def test_links_lead_somewhere():
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", README) + re.findall(r"`lab/tree/(\S+)`", README)
    assert targets
    assert not [target for target in targets if not (ROOT / target).exists()]


def test_every_link_to_the_repository_is_the_one_in_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    address = project.get("urls", {}).get("Repository")
    links = []
    files = subprocess.run(["git", "ls-files", "*.md", "*.yml", "*.ipynb", "binder"], cwd=ROOT, capture_output=True)
    for name in files.stdout.decode().split():
        text = (ROOT / name).read_text()
        assert "OWNER" not in text, name
        links += re.findall(rf"https?://[^\s)\"]*/{project['name']}\b", text)
    hosts = {"mybinder.org/v2/gh": "github.com", "mybinder.org/v2/gl": "gitlab.com"}
    for binder, host in hosts.items():
        links = [link.replace(binder, host) for link in links]
    assert {link for link in links if "registry.example.org" not in link} <= {address}


def test_the_image_for_jupyterhub_has_the_version_in_pyproject():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert re.findall(r'^    tag: "(.*)"$', README, re.MULTILINE) == [version]


def test_every_notebook_is_listed():
    listed = re.findall(r"notebooks/(\w+\.ipynb)\) \|", README)
    assert listed == [path.name for path in NOTEBOOKS]


def test_every_command_is_run_by_a_test():
    commands = [line for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]
    run_by = {
        "test_binder.py and test_browser.py": r"(python3 -m venv .* )?\.venv/bin/jupyter lab \S+",
        "test_commands_of_the_practice_cloud_work": r"\.venv/bin/practice-cloud \w+",
        "test_gateway.py": r"ssh -F \S+/ssh_config -i \S+ ubuntu@[\d.]+|\.venv/bin/practice-cloud connect [\d.]+ 80",
        "test_slides.py": r"\.venv/bin/jupyter nbconvert --to slides .*",
        ".ci/run": r"python3 -m venv .* \.venv/bin/pytest -n auto --dist loadfile",
    }
    unknown = [command for command in commands if not any(re.fullmatch(known, command) for known in run_by.values())]
    assert unknown == []
    assert len(commands) >= len(run_by)


def test_the_values_for_jupyterhub_are_yaml():
    values = yaml.safe_load(re.search(r"```yaml\n(.*?)```", README, re.DOTALL)[1])
    assert (ROOT / values["singleuser"]["defaultUrl"].removeprefix("/lab/tree/")).exists()


def test_ci_runs_exactly_the_test_command():
    command = re.search(r"grep -x '(.*)' README.md", (ROOT / ".ci" / "run").read_text())[1]
    assert len(re.findall(f"^{command}$", README, re.MULTILINE)) == 1

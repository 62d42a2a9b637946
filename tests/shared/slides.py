"""The slides, made by the command in TEACHING."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, TEACHING

COMMAND = re.search(r"^\.venv/bin/(jupyter nbconvert --to slides .*)$", TEACHING, re.MULTILINE)[1]
UNFOLD = re.search(r"^perl .*$", TEACHING, re.MULTILINE)[0]
# For decks that load nothing from the internet: what npm installs beside them, and the options that say so.
PACKAGES = re.search(r"^npm install --prefix slides (.*)$", TEACHING, re.MULTILINE)[1].split()
OFFLINE = re.search(r"^--SlidesExporter\.reveal_url_prefix=.*$", TEACHING, re.MULTILINE)[0]


def build_decks(folder: Path, notebooks: str = "notebooks/*.ipynb", options: str = "") -> None:
    """Build decks in a folder, by default all of them."""
    command = COMMAND.replace("slides/", f"{folder}/").replace("notebooks/*.ipynb", notebooks)
    unfold = UNFOLD.replace("slides/", f"{folder}/")
    command = f"{Path(sys.executable).parent}/{command} {options} && {unfold}"
    subprocess.run(command, cwd=ROOT, shell=True, check=True, capture_output=True)


@pytest.fixture(scope="module")
def decks(tmp_path_factory) -> Path:
    """A folder with all decks."""
    folder = tmp_path_factory.mktemp("slides")
    build_decks(folder)
    return folder

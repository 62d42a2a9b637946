"""The slides, made by the command in TEACHING."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, TEACHING


@pytest.fixture(scope="module")
def decks(tmp_path_factory) -> Path:
    """A folder with all decks, built by the command in TEACHING."""
    folder = tmp_path_factory.mktemp("slides")
    command = re.search(r"^\.venv/bin/(jupyter nbconvert --to slides .*)$", TEACHING, re.M)[1]
    command = command.replace("slides/", f"{folder}/")
    subprocess.run(f"{Path(sys.executable).parent}/{command}", cwd=ROOT, shell=True, check=True, capture_output=True)
    return folder

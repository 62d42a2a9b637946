"""The slides, made by the README's command."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import README, ROOT


@pytest.fixture(scope="module")
def decks(tmp_path_factory) -> Path:
    """A folder with all decks, built by the README's command."""
    folder = tmp_path_factory.mktemp("slides")
    command = re.search(r"^\.venv/bin/(jupyter nbconvert --to slides .*)$", README, re.M)[1]
    command = command.replace("slides/", f"{folder}/")
    subprocess.run(f"{Path(sys.executable).parent}/{command}", cwd=ROOT, shell=True, check=True, capture_output=True)
    return folder

"""What the README says is so."""

import re
import subprocess
import sys

import nbformat
from conftest import ROOT

CONTRIBUTING = (ROOT / ".github" / "CONTRIBUTING.md").read_text()


def test_a_notebook_is_refreshed(tmp_path):
    stored = nbformat.read(ROOT / "notebooks" / "02_discover.ipynb", as_version=4)
    expected = [cell.get("outputs") for cell in stored.cells]
    for cell in stored.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    nbformat.write(stored, tmp_path / "copy.ipynb")
    script = re.search(r"^\.venv/bin/python (\S+) notebooks/\S+$", CONTRIBUTING, re.MULTILINE)[1]
    subprocess.run([sys.executable, script, tmp_path / "copy.ipynb"], cwd=ROOT, check=True, capture_output=True)
    refreshed = nbformat.read(tmp_path / "copy.ipynb", as_version=4)
    # The first output says how long it took to find the cloud.
    assert [cell.get("outputs") for cell in refreshed.cells][2:] == expected[2:]

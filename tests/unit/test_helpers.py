"""The package that the notebooks import offers all helpers, and loads large libraries only when they are used."""

import re
import subprocess
import sys

from conftest import NOTEBOOKS

import helpers

IMPORTS = re.compile(r"\bfrom helpers import ([\w, ]+)")


def modules_after(statement: str) -> set[str]:
    """Return the modules that a statement loads in a new process."""
    program = f"{statement}, sys; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(result.stdout.split())


def test_the_notebooks_find_every_helper():
    names = {name for path in NOTEBOOKS for line in IMPORTS.findall(path.read_text()) for name in line.split(", ")}
    assert len(names) > 25
    assert not [name for name in names if not callable(getattr(helpers, name))]


def test_pandas_and_matplotlib_are_loaded_only_when_they_are_used():
    assert {"pandas", "matplotlib"} & modules_after("import helpers") == set()


def test_the_practice_cloud_does_without_the_helpers_and_their_libraries():
    modules = modules_after("import helpers.practice_cloud")
    assert {"helpers.connection", "openstack", "pandas", "ipywidgets"} & modules == set()

"""The package that the notebooks import offers all helpers, and loads large libraries only when they are used."""

import importlib
import inspect
import re
import subprocess
import sys

import pytest
from conftest import NOTEBOOKS

IMPORTS = re.compile(r"\bfrom (helpers[\w.]*) import ([\w, ]+)")
IMPORTED = {
    (module, name)
    for path in NOTEBOOKS
    for module, names in IMPORTS.findall(path.read_text())
    for name in names.split(", ")
}


def modules_after(statement: str) -> set[str]:
    """Return the modules that a statement loads in a new process."""
    program = f"{statement}, sys; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(result.stdout.split())


@pytest.mark.parametrize(("module", "name"), sorted(IMPORTED))
def test_docstrings_of_what_notebooks_import_are_complete(module, name):
    """Each has an example, and the arguments if there are any."""
    helper = getattr(importlib.import_module(module), name)
    text = inspect.getdoc(helper)
    assert "\nExample: " in text
    if inspect.isfunction(helper):
        assert ("\nArgs:\n" in text) == bool(inspect.signature(helper).parameters)


def test_pandas_and_matplotlib_are_loaded_only_when_used():
    assert {"pandas", "matplotlib"} & modules_after("import helpers") == set()


def test_the_practice_cloud_does_not_load_the_helpers():
    """It does not load their libraries either."""
    modules = modules_after("import practice_cloud")
    assert {"helpers", "openstack", "pandas", "ipywidgets"} & modules == set()


def test_the_practice_cloud_has_one_name_only():
    for name in ("helpers.practice_cloud", "helpers.practice_cloud.base.home"):
        with pytest.raises(ImportError, match="imported as practice_cloud"):
            importlib.import_module(name)

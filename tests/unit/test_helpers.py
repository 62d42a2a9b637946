"""The package that the notebooks import offers all helpers, and loads large libraries only when they are used."""

import importlib
import inspect
import re

import pytest
from conftest import NOTEBOOKS

IMPORTS = re.compile(r"\bfrom (helpers[\w.]*) import ([\w, ]+)")
IMPORTED = {
    (module, name)
    for path in NOTEBOOKS
    for module, names in IMPORTS.findall(path.read_text())
    for name in names.split(", ")
}


@pytest.mark.parametrize(("module", "name"), sorted(IMPORTED))
def test_docstrings_of_what_notebooks_import_are_complete(module, name):
    """Each has an example, and the arguments if there are any."""
    helper = getattr(importlib.import_module(module), name)
    text = inspect.getdoc(helper)
    assert "\nExample: " in text
    if inspect.isfunction(helper):
        assert ("\nArgs:\n" in text) == bool(inspect.signature(helper).parameters)


def test_the_practice_cloud_has_one_name_only():
    for name in ("helpers.practice_cloud", "helpers.practice_cloud.base.home"):
        with pytest.raises(ImportError, match="imported as practice_cloud"):
            importlib.import_module(name)

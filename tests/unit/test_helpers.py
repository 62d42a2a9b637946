"""The package that the notebooks import names its helpers, and imports none of them before it is used."""

import importlib
import subprocess
import sys

import pytest

import helpers


def test_completion_offers_every_helper():
    assert set(helpers.__all__) <= set(dir(helpers))
    assert all(callable(getattr(helpers, name)) for name in helpers.__all__)


def test_the_practice_cloud_does_without_the_helpers_and_their_libraries():
    program = "import practice_cloud, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert {"helpers", "openstack", "pandas", "ipywidgets"} & set(loaded) == set()


def test_the_practice_cloud_has_one_name_only():
    with pytest.raises(ImportError, match="imported as practice_cloud"):
        importlib.import_module("helpers.practice_cloud")
    with pytest.raises(ImportError, match="imported as practice_cloud"):
        importlib.import_module("helpers.practice_cloud.base.home")

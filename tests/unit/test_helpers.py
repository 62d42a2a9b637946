"""The package that the notebooks import offers all helpers, and loads large libraries only when they are used."""

import html
import importlib
import inspect
import itertools
import re
import subprocess
from types import SimpleNamespace

import pytest
from conftest import NOTEBOOKS

from helpers import run_over_ssh, show_page, ssh

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


def test_a_page_is_in_a_frame_below_its_address_and_in_short_as_text():
    source = '<title>x</title><h1>Hello &amp; "welcome"</h1><script>alert(1)</script>' + "<p>word</p>" * 100
    page = show_page("http://203.0.113.7/?a<b", source)
    assert repr(page).startswith('http://203.0.113.7/?a<b shows: Hello & "welcome" word word')
    assert len(repr(page)) < 350
    assert "<code>http://203.0.113.7/?a&lt;b</code>" in page.data
    frame = re.search(r'<iframe sandbox title="[^"]+" srcdoc="([^"]*)"', page.data)
    assert html.unescape(frame[1]) == source


def test_ssh_is_shown_in_full_once_in_a_kernel(monkeypatch, capsys):
    done = subprocess.CompletedProcess([], 0, stdout="", stderr="")
    monkeypatch.setattr(ssh, "_calls", itertools.count())
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    for command in ("lsblk", "df -h /mnt"):
        run_over_ssh(SimpleNamespace(name="first_server", public_v4="203.0.113.7"), command, "course.pem")
    first, second = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"\$ ssh .*-i course.pem .* ubuntu@203.0.113.7 lsblk", first)
    assert second == "ubuntu@first_server$ df -h /mnt"

"""The bounds in pyproject.toml give a set that works, and the lock is one that they allow."""

import re
import tomllib

import pytest
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from practice_cloud.services import SERVICES

BOUNDS = {
    canonicalize_name(bound.name): bound
    for bound in map(Requirement, tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"])
}
LOCK = [
    Requirement(line) for line in (ROOT / "requirements.txt").read_text().splitlines() if re.match(r"[\w.-]+==", line)
]
OPENSTACK = sorted(service.distribution for service in SERVICES.values())
needs_lock = pytest.mark.skipif(not LOCK, reason="there is no lock, as in CI's run with the newest versions")


def version(pin: Requirement) -> Version:
    """Return the version that a line of the lock asks for."""
    (specifier,) = pin.specifier
    return Version(specifier.version)


@needs_lock
def test_the_lock_keeps_to_the_bounds():
    assert {pin.name for pin in LOCK} >= set(BOUNDS)
    assert not [str(pin) for pin in LOCK if pin.name in BOUNDS and version(pin) not in BOUNDS[pin.name].specifier]


@needs_lock
@pytest.mark.parametrize("distribution", OPENSTACK)
def test_each_service_is_held_to_one_release(distribution):
    """A release of OpenStack is a major version of each service."""
    ends = {specifier.operator: Version(specifier.version) for specifier in BOUNDS[distribution].specifier}
    assert set(ends) == {">=", "<"}
    assert ends["<"].release == (ends[">="].major + 1,)
    (locked,) = (version(pin) for pin in LOCK if pin.name == distribution)
    assert locked.major == ends[">="].major


def test_every_bound_has_a_lower_end():
    assert not [name for name, bound in BOUNDS.items() if ">=" not in {part.operator for part in bound.specifier}]


def test_the_guide_and_the_lock_have_the_same_command():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["pip"]
    command = settings["custom-compile-command"]
    assert f"```sh\n{command}\n```" in (ROOT / ".github" / "CONTRIBUTING.md").read_text()
    assert not LOCK or f"#    {command}\n-e .\n" in (ROOT / "requirements.txt").read_text()


def test_what_only_tests_need_is_not_what_learners_install():
    only_tests = {Requirement(line).name for line in (ROOT / "tests" / "requirements.txt").read_text().splitlines()[1:]}
    assert {"pytest-timeout", "ruff"} <= only_tests
    assert not only_tests & {pin.name for pin in LOCK}


@needs_lock
def test_what_compares_the_notebooks_is_what_learners_install():
    assert "nbval" in BOUNDS
    assert {"pytest", "nbval"} <= {pin.name for pin in LOCK}

"""What an import loads, in a process of its own."""

import subprocess
import sys


def modules_after(statement: str) -> set[str]:
    """Return the modules that a statement loads in a new process."""
    program = f"{statement}, sys; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(result.stdout.split())


def test_pandas_is_loaded_only_when_used():
    assert "pandas" not in modules_after("import helpers")


def test_the_practice_cloud_does_not_load_the_helpers():
    """It does not load their libraries either."""
    modules = modules_after("import practice_cloud")
    assert {"helpers", "openstack", "pandas", "ipywidgets"} & modules == set()

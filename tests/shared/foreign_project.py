"""A project that uses the pytest plugin, and has packages called like this course's."""

import re
from pathlib import Path

from conftest import README

_IN_README = re.search(r"```python\n(def test_.*?)```", README, re.DOTALL)
_ALONE = """

def test_another_test_has_a_project_of_its_own(openstack_connection):
    assert openstack_connection.list_servers() == []
"""


def write_foreign_project(folder: Path) -> None:
    """Write the test that README shows, and one more, into a project with helpers of its own."""
    for name in ("helpers/__init__.py", "tests/helpers.py"):
        (folder / name).parent.mkdir()
        (folder / name).write_text("MINE = True\n")
    assert _IN_README
    (folder / "tests" / "test_web.py").write_text(f"from helpers import MINE\n\n\n{_IN_README[1]}{_ALONE}")

"""What the course makes is gone at the end, also when a notebook was interrupted."""

import re

import nbformat
import pytest
from conftest import NOTEBOOKS, named_cloud
from projects import contents, enroll, run

CREATES = re.compile(r"\b(create_\w+|add_auto_ip|ensure_\w+)\(")
CELLS = {
    path.stem: [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    for path in NOTEBOOKS
}
INTERRUPTIONS = [
    (name, number)
    for name, cells in CELLS.items()
    for number, source in enumerate(cells, start=1)
    if CREATES.search(source)
]
LAST = CELLS["08_clean_up"]


@pytest.mark.parametrize("rerun", [True, False], ids=["and run again from the top", "and never run again"])
@pytest.mark.parametrize("name", sorted({name for name, _ in INTERRUPTIONS}))
def test_nothing_is_left_when_a_notebook_was_stopped_after_any_cell_that_creates(name, rerun, cloud, tmp_path):
    conn, clouds = enroll("ada", tmp_path)
    before, environment = contents(conn), named_cloud("practice", clouds)
    for number in [number for stopped, number in INTERRUPTIONS if stopped == name]:
        started = CELLS[name][:number]
        for kernel in [started, CELLS[name] + LAST] if rerun else [started + LAST]:
            run(kernel, environment)
        after = contents(conn)
        assert [(number, after[what]) for what in after.keys() - before.keys()] == []


def test_most_notebooks_create_something():
    assert len(INTERRUPTIONS) > 8

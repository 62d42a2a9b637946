"""What the course makes is gone at the end, also when a notebook was interrupted."""

import re

import nbformat
import pytest
from conftest import NOTEBOOKS, named_cloud
from shared.projects import contents, enroll, run

from helpers import clean_up

CREATES = re.compile(r"\b(create_\w+|add_auto_ip|ensure_\w+)\(")
CELLS = {
    path.stem: [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    for path in NOTEBOOKS
}
INTERRUPTIONS = {
    name: [number for number, source in enumerate(cells, start=1) if CREATES.search(source)]
    for name, cells in CELLS.items()
}


@pytest.mark.parametrize("name", [name for name, numbers in INTERRUPTIONS.items() if numbers])
def test_an_interrupted_notebook_goes_on_from_the_top(name, cloud, tmp_path):
    """It was stopped after each of the cells that create something."""
    conn, clouds = enroll("ada", tmp_path)
    before, environment = contents(conn).keys(), named_cloud("practice", clouds)
    for number in INTERRUPTIONS[name]:
        run(CELLS[name][:number], environment, tmp_path)
    clean_up(conn, dry_run=False)
    assert contents(conn).keys() == before
    run(CELLS[name], environment, tmp_path)
    clean_up(conn, dry_run=False)
    assert contents(conn).keys() == before


def test_most_notebooks_create_something():
    assert sum(map(len, INTERRUPTIONS.values())) > 40

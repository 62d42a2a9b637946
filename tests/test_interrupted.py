"""What the course makes is gone at the end, also when a notebook was interrupted."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import nbformat
import pytest
from conftest import NOTEBOOKS
from projects import contents, enroll, run

CREATES = re.compile(r"\b(create_\w+|add_auto_ip)\b")
CELLS = {
    path.stem: [
        cell.source
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code" and "solution" not in cell.metadata.get("tags", ())
    ]
    for path in NOTEBOOKS
}
INTERRUPTIONS = [
    (name, number)
    for name, cells in CELLS.items()
    for number, source in enumerate(cells, start=1)
    if CREATES.search(source)
]
LAST = CELLS["08_clean_up"]


@pytest.fixture
def projects(cloud, tmp_path):
    """Two projects that are used at the same time."""
    free = SimpleQueue()
    for name in ("ada", "grace"):
        free.put(enroll(name, tmp_path))
    return free


def stop_and_clean_up(projects: SimpleQueue, name: str, number: int, rerun: bool) -> list[str]:
    """Stop a notebook after a cell, perhaps run it again from the top, run the last one, and return what is left."""
    conn, clouds = project = projects.get()
    before = contents(conn)
    environment = {**os.environ, "OS_CLIENT_CONFIG_FILE": str(clouds), "OS_CLOUD": "practice"}
    started = CELLS[name][:number]
    try:
        for kernel in [started, CELLS[name] + LAST] if rerun else [started + LAST]:
            run(kernel, environment)
    finally:
        after = contents(conn)
        projects.put(project)
    return [f"{name}, cell {number}: {after[what]}" for what in after.keys() - before.keys()]


@pytest.mark.parametrize("rerun", [True, False], ids=["and run again from the top", "and never run again"])
def test_nothing_is_left_when_a_notebook_was_stopped_after_any_cell_that_creates(rerun, projects):
    assert len(INTERRUPTIONS) > 8
    with ThreadPoolExecutor(2) as pool:
        cases = [pool.submit(stop_and_clean_up, projects, *interruption, rerun) for interruption in INTERRUPTIONS]
    assert [left for case in cases for left in case.result()] == []

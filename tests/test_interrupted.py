"""What the course makes is gone at the end, also when a notebook was interrupted."""

import os
import re
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest
from conftest import NOTEBOOKS
from projects import contents, enroll, run

CREATES = re.compile(r"\b(create_\w+|add_auto_ip)\b")
CELLS = {path.stem: [c for c in nbformat.read(path, 4).cells if c.cell_type == "code"] for path in NOTEBOOKS}
INTERRUPTIONS = [
    (name, number)
    for name, cells in CELLS.items()
    for number, cell in enumerate(cells, start=1)
    if CREATES.search(cell.source)
]


@pytest.mark.parametrize("rerun", [True, False], ids=["and run again from the top", "and never run again"])
def test_nothing_is_left_when_a_notebook_was_stopped_after_any_cell_that_creates(rerun, cloud, tmp_path):
    def left_over(interruption: tuple[str, int]) -> list[str]:
        name, number = interruption
        conn, clouds = enroll(f"{name}-{number}", tmp_path)
        before = contents(conn)
        environment = {**os.environ, "OS_CLIENT_CONFIG_FILE": str(clouds), "OS_CLOUD": "practice"}
        run(CELLS[name][:number], environment)
        run([*(CELLS[name] if rerun else []), *CELLS["08_clean_up"]], environment)
        after = contents(conn)
        return [f"{name}, cell {number}: {kind} {after[kind, id_]}" for kind, id_ in after.keys() - before.keys()]

    assert len(INTERRUPTIONS) > 8
    with ThreadPoolExecutor(2) as pool:
        assert [line for lines in pool.map(left_over, INTERRUPTIONS) for line in lines] == []

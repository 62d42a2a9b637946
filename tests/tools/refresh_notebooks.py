"""Run the notebooks and store their outputs: python tests/tools/refresh_notebooks.py [NOTEBOOK ...]

They run in order, by default all of them, on a new practice cloud, so that the outputs are those that a learner sees.
The navigation lines and the minutes follow (navigation.py).
"""

import configparser
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import navigation
import nbformat
from nbclient import NotebookClient

import practice_cloud

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SANITIZERS = configparser.RawConfigParser()
SANITIZERS.read(Path(__file__).parents[1] / "sanitize.cfg")


def sanitized(value: Any) -> Any:
    """Return outputs as nbval compares them: without what differs from one run to the next."""
    if isinstance(value, list):
        return [sanitized(item) for item in value]
    if isinstance(value, dict):
        return {key: sanitized(item) for key, item in value.items() if key != "execution_count"}
    if isinstance(value, str):
        for section in SANITIZERS.sections():
            value = re.sub(SANITIZERS[section]["regex"], SANITIZERS[section]["replace"], value)
    return value


def refresh(path: Path) -> None:
    """Run one notebook and store it, without anything that differs for no reason from machine to machine."""
    notebook, stored = nbformat.read(path, as_version=4), nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, resources={"metadata": {"path": path.parent}}, timeout=120)
    client.store_widget_state = client.record_timing = False
    client.execute()
    notebook.metadata.language_info = {"name": "python"}
    drop_what_is_not_kept(notebook)
    keep_what_is_equal(notebook, stored)
    # A learner's cloud is in the default folder.
    text = nbformat.writes(notebook).replace(os.environ["PRACTICE_CLOUD_HOME"], "~/.local/share/practice-cloud")
    path.write_text(text + "\n", encoding="utf-8")


def drop_what_is_not_kept(notebook: nbformat.NotebookNode) -> None:
    """Take out of a notebook that has run what a learner would stumble over."""
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        if "check" in cell.metadata.get("tags", ()):
            # A learner who has not answered yet should not see a verdict.
            cell.outputs = []
        for output in cell.get("outputs", []):
            # A widget lives as long as its kernel; without this, its text is shown when a notebook is opened.
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)


def keep_what_is_equal(notebook: nbformat.NotebookNode, stored: nbformat.NotebookNode) -> None:
    """Leave a notebook's outputs as they were where nbval would call all of the new ones equal.

    If one differs, all are new: an address in one output is the address in the next.
    """
    before = {cell.id: cell.outputs for cell in stored.cells if cell.cell_type == "code"}
    after = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    if sanitized(before) != sanitized(after):
        return
    for name, new in after.items():
        for output, kept in zip(new, before[name], strict=True):
            output.update(kept | {key: output[key] for key in output if key == "execution_count"})


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        os.environ["PRACTICE_CLOUD_HOME"] = home
        practice_cloud.start(report=print)
        try:
            for argument in sys.argv[1:] or sorted(NOTEBOOKS.glob("*.ipynb")):
                print(argument)
                refresh(Path(argument).resolve())
        finally:
            practice_cloud.stop()
    navigation.write_all()

"""Run the notebooks and store their outputs: python tests/refresh_notebooks.py [NOTEBOOK ...]

They run in order, by default all of them, on a new practice cloud, so that the outputs are those that a learner sees.
"""

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from helpers import practice_cloud

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"


def refresh(path: Path) -> None:
    """Run one notebook and store it, without anything that differs for no reason from machine to machine."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, resources={"metadata": {"path": path.parent}}, timeout=120)
    client.store_widget_state = client.record_timing = False
    client.execute()
    notebook.metadata.language_info = {"name": "python"}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            # A widget lives as long as its kernel; without this, its text is shown when a notebook is opened.
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
    nbformat.write(notebook, path)


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

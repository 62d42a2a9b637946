#!/usr/bin/env bash
# An error inside a "with Output():" block does not stop a notebook run, nor is it shown.
# Versions: ipywidgets 8.1.9, nbclient 0.11.0, papermill 2.7.0, ipykernel 7.4.0.
# Guess: the error is shown in the widget and then stops the run, as in any with block.
# What happens: the block ends at the error, the cell goes on below it, and both nbclient and
# papermill report success. If the widget is not displayed, no cell of the result has the error.
# Why it matters: dashboards put each action into such a block. A scheduled run in which the
# action failed is green, and the saved notebook does not tell why.
# Output seen:
#   nbclient: no error, output ['went on']; papermill: no error, output ['went on']

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq nbclient==0.11.0 nbformat==5.11.1 ipykernel==7.4.0 ipywidgets==8.1.9 \
    papermill==2.7.0
venv/bin/python - <<'EOF'
import logging

import nbclient
import nbformat
import papermill
from nbformat.v4 import new_code_cell, new_notebook

logging.disable(logging.CRITICAL)
SOURCE = """import ipywidgets
out = ipywidgets.Output()
with out:
    raise RuntimeError("the server is gone")
print("went on")"""


def texts(notebook):
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    assert all(output.output_type == "stream" for output in outputs), outputs
    return [output.text.strip() for output in outputs]


def new():
    return new_notebook(
        cells=[new_code_cell(SOURCE)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python"},
                  "language_info": {"name": "python"}})


first = nbclient.NotebookClient(new()).execute()
nbformat.write(new(), "in.ipynb")
second = papermill.execute_notebook("in.ipynb", "out.ipynb", progress_bar=False)

assert texts(first) == texts(second) == ["went on"], (texts(first), texts(second))
print(f"nbclient: no error, output {texts(first)}; papermill: no error, output {texts(second)}")
EOF

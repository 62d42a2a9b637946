#!/usr/bin/env bash
# A widget that was closed comes back in the notebook that nbclient saves.
# Versions: nbclient 0.11.0, ipywidgets 8.1.9, ipykernel 7.4.0.
# Guess: close() takes the widget away, so neither its state nor its view is saved.
# What happens: nbclient notes when widgets open and change, but not when they close. The
# text of a closed field is still in the notebook's metadata, and its view in the cell's
# outputs, so a page made from the notebook has both.
# Why it matters: a form is often closed once it was filled in, so that its values do not
# stay in the notebook. They do.
# Output seen:
#   saved after close(): value ['typed by someone'], outputs with a view: 1

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq nbclient==0.11.0 nbformat==5.11.1 ipykernel==7.4.0 ipywidgets==8.1.9
venv/bin/python - <<'EOF'
import nbclient
from nbformat.v4 import new_code_cell, new_notebook

KEY = "application/vnd.jupyter.widget-{}+json"
notebook = new_notebook(cells=[
    new_code_cell("import ipywidgets\nfield = ipywidgets.Text('typed by someone')\nfield"),
    new_code_cell("field.close()\nprint(field.comm is None)"),
])
nbclient.NotebookClient(notebook, kernel_name="python3").execute()

assert notebook.cells[1].outputs[0].text.strip() == "True"
state = notebook.metadata.widgets[KEY.format("state")]["state"]
values = [model["state"]["value"] for model in state.values() if "value" in model["state"]]
views = [out for out in notebook.cells[0].outputs if KEY.format("view") in out.get("data", {})]
assert values == ["typed by someone"] and len(views) == 1, (values, views)
print(f"saved after close(): value {values}, outputs with a view: {len(views)}")
EOF

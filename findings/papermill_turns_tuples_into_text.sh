#!/usr/bin/env bash
# papermill hands a tuple over as text, and turns the whole-number keys of a dict into text.
# Versions: papermill 2.7.0, ipykernel 7.4.0.
# Guess: a tuple arrives as a tuple or a list, as with JSON; other types raise an error.
# What happens: the notebook gets the text "('web', 'db')", with no error. A loop over it
# gives single characters. Sets and bytes become text too, inside lists as well.
# Why it matters: a loop over server names in the notebook runs 13 times, for "(", "'", "w"
# and so on. With delete or create in its body it does that with the wrong names.
# Output seen:
#   tuple -> str of 13 characters; list -> list of 2; {1: 'a'} -> {'1': 'a'}; [(1, 2)] -> ['(1, 2)']

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq papermill==2.7.0 nbformat==5.11.1 ipykernel==7.4.0
venv/bin/python - <<'EOF'
import json
import logging

import nbformat
import papermill
from nbformat.v4 import new_code_cell, new_notebook

logging.disable(logging.CRITICAL)
notebook = new_notebook(
    cells=[new_code_cell("names = keys = pairs = listed = None", metadata={"tags": ["parameters"]}),
           new_code_cell("import json\nprint(json.dumps([names, listed, keys, pairs]))")],
    metadata={"kernelspec": {"name": "python3", "display_name": "Python"},
              "language_info": {"name": "python"}})
nbformat.write(notebook, "in.ipynb")
done = papermill.execute_notebook(
    "in.ipynb", "out.ipynb", progress_bar=False,
    parameters={"names": ("web", "db"), "listed": ["web", "db"],
                "keys": {1: "a"}, "pairs": [(1, 2)]})
names, listed, keys, pairs = json.loads(done.cells[-1].outputs[0].text)

assert names == "('web', 'db')" and listed == ["web", "db"], (names, listed)
assert 'keys = {"1": "a"}' in done.cells[1].source, done.cells[1].source
assert pairs == ["(1, 2)"], pairs
print(f"tuple -> str of {len(names)} characters; list -> list of {len(listed)}; "
      f"{{1: 'a'}} -> {keys}; [(1, 2)] -> {pairs}")
EOF

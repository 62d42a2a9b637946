#!/usr/bin/env bash
# nbval skips a cell because of a line in the middle of a text in it.
# Versions: nbval 0.11.0.
# Guess: only a comment of the cell itself counts as a marker.
# What happens: each line of the source that looks like a marker counts, in a triple-quoted
# text and in a file written with %%writefile too. On the other hand "# NBVAL_SKIP: slow" does
# not count, as nothing may follow the word.
# Why it matters: a cell that shows or writes a test with a marker is not run. It is reported
# as skipped, the run is green, and what the cell should have checked stays unchecked.
# Output seen:
#   marker in a text: 1 skipped (exit 0), though the cell has 1/0; '# NBVAL_SKIP: slow': 1 failed

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq nbval==0.11.0 nbclient==0.11.0 nbformat==5.11.1 ipykernel==7.4.0 \
    pytest==9.2.0
venv/bin/python - <<'EOF'
import subprocess
import sys

import nbformat
from nbformat.v4 import new_code_cell, new_notebook


def run(source):
    nbformat.write(new_notebook(cells=[new_code_cell(source)]), "one.ipynb")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--nbval", "--nbval-current-env", "one.ipynb"],
        capture_output=True, text=True)
    return done.stdout.strip().splitlines()[-1].split(" in ")[0], done.returncode


text = 'example = """\n# NBVAL_SKIP\n"""\n1/0'
reason = "# NBVAL_SKIP: slow\n1/0"
assert run("1/0") == ("1 failed", 1)
assert run(text) == ("1 skipped", 0), run(text)
assert run(reason) == ("1 failed", 1), run(reason)
print("marker in a text: 1 skipped (exit 0), though the cell has 1/0; "
      "'# NBVAL_SKIP: slow': 1 failed")
EOF

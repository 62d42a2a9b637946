#!/usr/bin/env bash
# Asking nbformat whether the cells of a notebook are trusted makes them untrusted.
# Versions: nbformat 5.11.1.
# Guess: check_cells() only looks, so it gives the same answer twice.
# What happens: it removes the mark that it reads. The second call says False. And the marks
# count for the signature until then: a notebook signed while it is marked fails the check once
# it was saved, because saving leaves the marks out.
# Why it matters: a script that marks, signs and saves notebooks produces untrusted ones, and
# a check added to find out why changes the answer.
# Output seen:
#   check_cells(): True, then False; signed while marked: True, read back: False

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq nbformat==5.11.1
venv/bin/python - <<'EOF'
import nbformat
from nbformat.sign import MemorySignatureStore, NotebookNotary
from nbformat.v4 import new_code_cell, new_notebook, new_output


def new():
    shown = new_output("display_data", data={"text/html": "<b>ACTIVE</b>"})
    return new_notebook(cells=[new_code_cell("show()", id="a", outputs=[shown])])


notary = NotebookNotary(store_factory=MemorySignatureStore, secret=b"a test")
notebook = new()
notary.mark_cells(notebook, True)
answers = [notary.check_cells(notebook), notary.check_cells(notebook)]
assert answers == [True, False], answers

notebook = new()
notary.mark_cells(notebook, True)
notary.sign(notebook)
signed = notary.check_signature(notebook)
back = notary.check_signature(nbformat.reads(nbformat.writes(notebook), as_version=4))
assert (signed, back) == (True, False), (signed, back)

notary.sign(new())
assert notary.check_signature(nbformat.reads(nbformat.writes(new()), as_version=4))
print(f"check_cells(): {answers[0]}, then {answers[1]}; "
      f"signed while marked: {signed}, read back: {back}")
EOF

#!/usr/bin/env bash
# With testbook, "assert tb.ref('server')" raises, and None in the notebook is not None.
# Versions: testbook 0.4.2, nbclient 0.11.0, ipykernel 7.4.0.
# Guess: a reference stands for the value: true for an object, None for None.
# What happens: a reference asks for len() when it is used as a condition. An object without
# a length, and None too, raise an error that speaks of len(). An attribute stays a reference,
# so adding to it fails, while a method's result is a plain value. None is a reference as well.
# Why it matters: "assert tb.ref(name)" and "is None" are the first checks one writes.
# Output seen:
#   bool(ref): object has no len(); ref('nothing') is None: False; ref('server').size + 1: TypeError; ref('server').double() + 1: 7

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq testbook==0.4.2 nbformat==5.11.1 nbclient==0.11.0 ipykernel==7.4.0
venv/bin/python - <<'EOF'
import warnings

warnings.simplefilter("ignore")
import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from testbook import testbook
from testbook.exceptions import TestbookRuntimeError

SOURCE = """class Server:
    size = 3
    def double(self):
        return 6
server = Server()
nothing = None"""
nbformat.write(new_notebook(
    cells=[new_code_cell(SOURCE)],
    metadata={"kernelspec": {"name": "python3", "display_name": "Python"}}), "one.ipynb")


def error(function):
    try:
        return function()
    except (TestbookRuntimeError, TypeError) as problem:
        return problem


with testbook("one.ipynb", execute=True) as tb:
    truth = error(lambda: bool(tb.ref("server")))
    assert isinstance(truth, TestbookRuntimeError) and "has no len()" in str(truth), truth
    assert isinstance(error(lambda: bool(tb.ref("nothing"))), TestbookRuntimeError)
    is_none = tb.ref("nothing") is None
    added = error(lambda: tb.ref("server").size + 1)
    result = tb.ref("server").double() + 1

assert is_none is False and isinstance(added, TypeError) and result == 7
print(f"bool(ref): object has no len(); ref('nothing') is None: {is_none}; "
      f"ref('server').size + 1: {type(added).__name__}; ref('server').double() + 1: {result}")
EOF

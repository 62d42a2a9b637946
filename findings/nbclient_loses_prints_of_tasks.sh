#!/usr/bin/env bash
# What an asyncio task prints after its cell has ended is in no cell of the saved notebook.
# Versions: nbclient 0.11.0, ipykernel 7.4.0.
# Guess: it goes to the cell that started the task, or else to the running cell.
# What happens: the kernel labels the line with the cell that started the task. nbclient
# listens to the running cell alone, and throws the line away. A thread's line is labelled
# with the running cell instead, so it is kept, one cell too late.
# Why it matters: a task that waits for servers in the background prints what it sees. Run
# with nbclient (or papermill, which uses it), that log is empty, and no error says why.
# Output seen:
#   task: cells [[], ['two']]; thread: cells [[], ['seen', 'two']]

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq nbclient==0.11.0 nbformat==5.11.1 ipykernel==7.4.0
venv/bin/python - <<'EOF'
import nbclient
from nbformat.v4 import new_code_cell, new_notebook

TASK = """import asyncio
async def watch():
    await asyncio.sleep(0.5)
    print("seen")
task = asyncio.create_task(watch())"""
THREAD = """import threading, time
def watch():
    time.sleep(0.5)
    print("seen")
thread = threading.Thread(target=watch)
thread.start()"""


def run(*sources):
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    nbclient.NotebookClient(notebook, kernel_name="python3").execute()
    return [[line for output in cell.outputs for line in output.text.split()]
            for cell in notebook.cells]


task = run(TASK, "await task\nprint('two')")
thread = run(THREAD, "thread.join()\nprint('two')")
assert run(TASK + "\nawait task") == [["seen"]]
assert task == [[], ["two"]], task
assert thread == [[], ["seen", "two"]], thread
print(f"task: cells {task}; thread: cells {thread}")
EOF

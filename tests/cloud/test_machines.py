"""The machines of the hypervisor, changed by several of Nova's threads at once."""

import json
import subprocess
import sys

from conftest import home_at

# In a process of its own: what Nova imports changes Python for all that comes after.
AT_ONCE = """
import json, sys, threading
from types import SimpleNamespace
from practice_cloud.services.nova import machines

server, number = SimpleNamespace(uuid="server"), 30
def attach():
    for i in range(number):
        machines.attach(server, {"id": f"new-{i}", "device": f"/dev/vd{i}", "size_gib": 1, "path": ""})
def grow():
    for i in range(number):
        machines.grow(server, f"old-{i}", 5)
threads = [threading.Thread(target=function) for function in (attach, grow)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_changes_of_one_machine_at_once_are_all_in_it(tmp_path):
    folder = tmp_path / "state" / "guests" / "server"
    folder.mkdir(parents=True)
    old = [{"id": f"old-{number}", "size_gib": 1} for number in range(30)]
    (folder / "machine.json").write_text(json.dumps({"uuid": "server", "volumes": old}))
    with home_at(tmp_path):
        result = subprocess.run([sys.executable, "-c", AT_ONCE], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    volumes = {
        volume["id"]: volume["size_gib"] for volume in json.loads((folder / "machine.json").read_text())["volumes"]
    }
    assert volumes == {f"old-{number}": 5 for number in range(30)} | {f"new-{number}": 1 for number in range(30)}
    assert [path.name for path in folder.iterdir()] == ["machine.json"]

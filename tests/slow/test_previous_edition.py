"""A cloud that the previous edition has built, or still runs, goes on after an update."""

import json
import shutil
import subprocess
import sys

import practice_cloud


def test_a_home_of_the_previous_edition_keeps_its_checkpoints(another_home):
    """It starts without being built again."""
    built = json.loads((another_home / "built.json").read_text())
    built["the way in which it is built"] = f"another digest than {built.pop('the build')}"
    shutil.copytree(another_home / "state", another_home / "saved" / "old" / "state")
    for folder in (another_home, another_home / "pristine", another_home / "saved" / "old"):
        (folder / "built.json").write_text(json.dumps(built))
    said: list[str] = []
    assert practice_cloud.start(said.append)["running"]
    practice_cloud.load("old", said.append)
    assert practice_cloud.status()["running"]
    assert "creating databases" not in " ".join(said)


def test_a_supervisor_of_the_previous_edition_is_stopped(another_home):
    command = [sys.executable, "-c", "input()", "-m", "helpers.practice_cloud.running.supervisor", str(another_home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as old:
        (another_home / "status.json").write_text(json.dumps({"message": "ready", "pid": old.pid}))
        practice_cloud.stop()
        assert old.wait(10) < 0

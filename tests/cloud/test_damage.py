"""Files of the practice cloud are damaged, processes are not what they seem: nothing is lost that need not be."""

import json
import os
import pwd
import subprocess
import sys

import openstack
import psutil
import pytest
from shared.breaking import is_named_and_replaced
from shared.cloud import practice_cloud_command, sentence

import practice_cloud


@pytest.mark.parametrize("same_home", [True, False], ids=["no supervisor", "the supervisor of another home"])
def test_stop_never_signals_a_foreign_process(another_home, tmp_path, same_home):
    name = "a-shell" if same_home else "practice_cloud.supervisor.supervisor"
    home = another_home if same_home else tmp_path / "other"
    foreign = subprocess.Popen([sys.executable, "-c", "input()", "-m", name, str(home)], stdin=subprocess.PIPE)
    (another_home / "status.json").write_text(json.dumps({"message": "ready", "pid": foreign.pid}))
    assert practice_cloud.status()["running"] is False
    practice_cloud.stop()
    assert foreign.poll() is None
    foreign.communicate(b"\n")
    assert foreign.returncode == 0


def test_damaged_small_files_of_a_running_cloud_are_replaced(another_home, tmp_path, monkeypatch):
    before = practice_cloud.start()
    # As on a busy machine: another supervisor, which has to be launched to find out, takes its time.
    (tmp_path / "sitecustomize.py").write_text("import time; time.sleep(60)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    for name in ("status.json", "clouds.yaml"):
        (another_home / name).write_text("damaged")
    assert practice_cloud.start() == before
    running = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
    assert len([child for child in running if child.cmdline()[-1] == str(another_home)]) == 1
    assert openstack.connect(cloud="practice").list_flavors()


def test_without_a_home_directory_one_is_asked_for(monkeypatch):
    def nobody(_uid):
        raise KeyError

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("PRACTICE_CLOUD_HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    with pytest.raises(practice_cloud.PracticeCloudError, match="Set PRACTICE_CLOUD_HOME to a folder"):
        practice_cloud.status()


def test_reset_without_a_whole_copy_says_how_to_begin_anew(another_home):
    (another_home / "pristine" / "nova_api.db").write_bytes(b"")
    assert f"Delete the folder {another_home}" in sentence(practice_cloud_command("reset"))


def test_a_damaged_database_is_named_and_reset(another_home):
    """The start names it, and a reset brings it back."""
    database = another_home / "state" / "glance.db"
    with database.open("r+b") as file:
        file.seek(8192)
        file.write(os.urandom(database.stat().st_size // 2))
    is_named_and_replaced(database)

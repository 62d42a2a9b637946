"""Start, stop, look at and reset a practice cloud, from any process."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import fasteners
import psutil
import requests

from . import databases
from .home import Home

_STOP_SECONDS = 10
_DISK_MIB = 300
_MEMORY_MIB = 600
_ELSEWHERE = "Make room, or set PRACTICE_CLOUD_HOME to a folder on another disk."


class PracticeCloudError(Exception):
    """The practice cloud cannot do what was asked; the message says what to do next."""


def start(report: Callable[[str], None] = lambda message: None) -> dict:
    """Start the practice cloud, building it first where there is none, and wait until every API answers.

    A cloud that runs already is left as it is. The cloud is a process of its own: it outlives the caller.

    Args:
        report: Is called with what is going on, whenever that changes.

    Returns:
        The same as status().

    Raises:
        PracticeCloudError: The cloud does not start.
    """
    home = Home()
    supervisor, said = None, None
    try:
        home.create()
        while not (now := status())["running"]:
            if not _supervised(home):
                if supervisor and supervisor.poll() is not None:
                    ended = status()["message"].replace("stopped", f"it was ended while {said}")
                    raise PracticeCloudError(
                        f"The practice cloud does not start: {ended}. Are disk and memory full? Logs: {home.logs}."
                    )
                supervisor = supervisor or _launch(home)
            elif now["message"] != said:
                said = now["message"]
                report(said)
            time.sleep(0.05)
        home.add_user()
    except KeyboardInterrupt:
        stop()
        raise
    except OSError as error:
        raise PracticeCloudError(f"The practice cloud cannot be kept there: {error}. {_ELSEWHERE}") from error
    report("ready")
    return now


def status() -> dict:
    """Tell whether the practice cloud runs, where it is kept, and how each service does.

    Returns:
        running (whether every API answers), home, clouds_yaml, message, and services: the pid, url and state
        (up, starting or down) of each.
    """
    home = Home()
    facts = {"message": "stopped", "pids": {}, "urls": {}} | home.recall("status")
    if not _supervised(home):
        facts["pids"] = {}
        facts["message"] = facts["message"] if facts["message"].startswith("failed") else "stopped"
    services = {}
    for name, url in facts["urls"].items():
        pid = facts["pids"].get(name)
        services[name] = {"pid": pid, "url": url, "state": "down" if not pid else "up" if _answers(url) else "starting"}
    waiting = [name for name, service in services.items() if service["state"] != "up"]
    if waiting and facts["message"] == "ready":
        facts["message"] = f"starting {', '.join(waiting)}"
    place = {"home": str(home.root), "clouds_yaml": str(home.clouds_yaml)}
    return {"running": facts["message"] == "ready", "message": facts["message"], **place, "services": services}


def stop() -> None:
    """Stop the practice cloud; what was created on it is kept. Does nothing where none runs."""
    home = Home()
    deadline = time.monotonic() + _STOP_SECONDS
    while _supervised(home):
        if pid := home.recall("status").get("pid"):
            os.kill(pid, signal.SIGTERM if time.monotonic() < deadline else signal.SIGKILL)
        time.sleep(0.05)


def reset() -> None:
    """Put the practice cloud back to how it was when it was built, whether it runs or not.

    Raises:
        PracticeCloudError: There is none yet.
    """
    home = Home()
    if not home.recall("built"):
        raise PracticeCloudError("There is no practice cloud to reset yet. Start it first.")
    databases.copy(home.pristine, home.state)
    databases.set_endpoints(home, home.recall("status")["urls"])


def _launch(home: Home) -> subprocess.Popen:
    """Start the supervisor, where there is room for it."""
    if not hasattr(os, "fork"):
        raise PracticeCloudError(
            "The practice cloud runs on Linux and macOS. On Windows, use the Windows Subsystem for Linux (WSL) or "
            "Binder, or set OS_CLOUD to a cloud of your own."
        )
    if shutil.disk_usage(home.root).free < _DISK_MIB * 2**20:
        raise PracticeCloudError(f"The practice cloud needs {_DISK_MIB} MiB of disk in {home.root}. {_ELSEWHERE}")
    if psutil.virtual_memory().available < _MEMORY_MIB * 2**20:
        raise PracticeCloudError(f"The practice cloud needs {_MEMORY_MIB} MiB of memory. Close other programs first.")
    environment = {**os.environ, "PRACTICE_CLOUD_HOME": str(home.root)}
    with home.supervisor_log.open("a") as log:
        files = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
        command = [sys.executable, "-m", "helpers.practice_cloud.supervisor"]
        return subprocess.Popen(command, env=environment, cwd=home.root, start_new_session=True, **files)


def _supervised(home: Home) -> bool:
    """Tell whether a supervisor is there: it holds the lock for as long as it lives."""
    lock = fasteners.InterProcessLock(home.lock_file)
    if not home.lock_file.exists() or not lock.acquire(blocking=False):
        return home.lock_file.exists()
    lock.release()
    return False


def _answers(url: str) -> bool:
    """Tell whether an API answers anything within half a second; "log in first" is an answer too."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            return session.get(url, timeout=0.5).status_code < 500
        except requests.RequestException:
            return False

"""Start, stop, look at and reset a practice cloud, from any process."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

from . import databases
from .health import answers
from .home import Home

_STOP_SECONDS = 10


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
    home.create()
    supervisor, last = None, None
    try:
        while not (now := status())["running"]:
            if not _supervised(home) and supervisor is None:
                supervisor = _launch(home)
            elif not _supervised(home) and supervisor.poll() is not None:
                reason = now["message"] if now["message"] != "stopped" else f"it was ended while {last}"
                raise PracticeCloudError(f"The practice cloud does not start: {reason}. See the logs in {home.logs}.")
            elif now["message"] != last:
                last = now["message"]
                report(last)
            time.sleep(0.05)
    except KeyboardInterrupt:
        stop()
        raise
    report("ready")
    return now


def _launch(home: Home) -> subprocess.Popen:
    log_file = home.logs / "supervisor.log"
    log_file.touch(mode=0o600)
    with log_file.open("w") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "helpers.practice_cloud.supervisor"],
            env={**os.environ, "PRACTICE_CLOUD_HOME": str(home.root)},
            cwd=home.root,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def status() -> dict:
    """Tell whether the practice cloud runs, where it is kept, and how each service does.

    Returns:
        running (whether every API answers), home, clouds_yaml, message, and services: the pid, url and state
        (up, starting or down) of each.
    """
    home = Home()
    facts = home.recall("status") or {"message": "not built yet", "pids": {}, "urls": {}}
    if not (supervised := _supervised(home)):
        facts["pids"] = {}
        if not facts["message"].startswith("failed"):
            facts["message"] = "stopped"
    services = {}
    for name, url in facts["urls"].items():
        pid = facts["pids"].get(name)
        state = "down" if not pid else "up" if answers(url) else "starting"
        services[name] = {"pid": pid, "url": url, "state": state}
    return {
        "running": supervised and facts["message"] == "ready" and all(s["state"] == "up" for s in services.values()),
        "home": str(home.root),
        "clouds_yaml": str(home.clouds_yaml),
        "message": facts["message"],
        "services": services,
    }


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


def _supervised(home: Home) -> bool:
    """Tell whether a supervisor is there: it holds the lock for as long as it lives."""
    try:
        with home.lock_file.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False

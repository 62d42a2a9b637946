"""Start, stop and reset a practice cloud, from any process."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import fasteners
import psutil

from ..base import json_store
from ..base.catalog import load_catalog
from ..base.errors import PracticeCloudError
from ..base.home import Home
from ..base.json_store import write_private
from ..base.learner import membership
from ..state import pristine
from .client_files import clouds_yaml_is_whole
from .clients import register_client
from .learners import add_learners
from .status import CLASS_SECONDS, SUPERVISOR, reported_status, status, supervisor_process

_POLL_SECONDS = 0.05
_STOP_SECONDS, _KILL_SECONDS = 10, 20
# Longer than the limit for any step of the build.
_NO_PROGRESS_SECONDS = 360
_DISK_MIB = 300
_MEMORY_MIB = 600


def start(home: Home, report: Callable[[str], None], client: int | None = None, learners: int = 0) -> dict[str, Any]:
    """Start the cloud unless it runs, wait until every API answers, add learners, and return the status."""
    if membership(home):
        return _wait_for_class(home, report)
    now = _start(home, report, client)
    add_learners(home, learners, report)
    report("ready")
    return now


def _start(home: Home, report: Callable[[str], None], client: int | None = None) -> dict[str, Any]:
    """Launch a supervisor unless one runs, wait until every API answers, and return the status."""
    launched: list[subprocess.Popen] = []
    try:
        home.create()
        if json_store.load(home, "built"):
            try:
                pristine.verify(home)
            except PracticeCloudError:
                # Unless another process is replacing the state at this moment.
                with home.changing():
                    pristine.verify(home)
        while True:
            now = _wait_until_it_runs(home, launched, report, client)
            register_client(home, client)
            # Its last client may have gone at this moment, and then the cloud ends.
            if reported_status(home)["message"] == "ready":
                return now
    except KeyboardInterrupt:
        if launched:
            # stop() may not find it, because it may not have reported its process ID yet.
            launched[-1].terminate()
            stop(home)
            launched[-1].wait(_KILL_SECONDS)
        raise
    except OSError as error:
        raise PracticeCloudError(
            f"The practice cloud cannot use its folder: {error}. {_full(home)}Remove what is in "
            "the way, or set PRACTICE_CLOUD_HOME to a folder on another disk."
        ) from error


def _wait_for_class(home: Home, report: Callable[[str], None]) -> dict[str, Any]:
    """Wait until the cloud of a class answers, which only its operator can start."""
    deadline = time.monotonic() + CLASS_SECONDS
    while not (now := status(home))["running"]:
        if time.monotonic() > deadline:
            raise PracticeCloudError(
                f"The cloud of your class does not answer ({now['message']}). Ask your teacher to start it."
            )
        report(now["message"])
        time.sleep(_POLL_SECONDS)
    report("ready")
    return now


def _wait_until_it_runs(
    home: Home, launched: list[subprocess.Popen], report: Callable[[str], None], client: int | None
) -> dict[str, Any]:
    """Launch a supervisor unless one runs, and report its progress until every API answers."""
    said, deadline = None, time.monotonic() + _NO_PROGRESS_SECONDS
    while not (now := status(home))["running"] or not clouds_yaml_is_whole(home, reported_status(home)["urls"]):
        if now["message"] != said and supervisor_process(home):
            said, deadline = now["message"], time.monotonic() + _NO_PROGRESS_SECONDS
            report(said)
        elif not supervisor_process(home) and (not launched or launched[-1].poll() is not None):
            # A supervisor that finds the lock taken leaves the cloud to another one, which may have ended since.
            if launched and launched[-1].returncode != os.EX_TEMPFAIL:
                ended = status(home)["message"].replace("stopped", f"it was stopped while {said or 'starting'}")
                why = f"{_full(home)}The reason is at the end of {home.supervisor_log}."
                raise PracticeCloudError(f"The practice cloud does not start: {ended}. {why}")
            launched.append(_launch(home, client))
        if time.monotonic() > deadline:
            raise PracticeCloudError(
                f"The practice cloud is stuck. Its last message: {now['message']}. Stop it and start it again. "
                f"Logs: {home.logs}."
            )
        time.sleep(_POLL_SECONDS)
    for process in launched:
        # On a busy machine, a superfluous supervisor would find the lock free after the next stop.
        if (supervisor := supervisor_process(home)) and process.pid != supervisor.pid:
            process.terminate()
            process.wait(_KILL_SECONDS)
    return now


def stop(home: Home) -> None:
    """Ask the supervisor to end, and kill it if it does not."""
    began = time.monotonic()
    while process := supervisor_process(home):
        if time.monotonic() - began > _KILL_SECONDS:
            raise PracticeCloudError(f"The practice cloud does not stop. Its process ID is {process.pid}.")
        try:
            process.terminate() if time.monotonic() - began < _STOP_SECONDS else process.kill()
        except psutil.NoSuchProcess:
            break
        time.sleep(_POLL_SECONDS)


def reset(home: Home) -> None:
    """Restore the state after the build, of a running cloud without stopping it if its databases are sound."""
    if not json_store.load(home, "built"):
        raise PracticeCloudError("The practice cloud does not exist yet. Start it first.")
    pristine.verify_pristine(home)
    with home.changing():
        # ssh knows the host keys of servers that no longer exist.
        write_private(home.known_hosts, "")
        if not (supervisor_process(home) and _restore_online(home)):
            with stopped(home, lambda message: None):
                pristine.restore_offline(home)
    if supervisor_process(home):
        add_learners(home, 0, lambda message: None)


def _restore_online(home: Home) -> bool:
    """Restore the state of a running cloud; return whether its databases are sound."""
    try:
        # Before the restore: a service that logs in during it would remember the wrong URLs.
        pristine.set_endpoints(home.pristine, reported_status(home)["urls"])
        pristine.restore_online(home)
        return True
    except sqlite3.DatabaseError:
        return False


@contextmanager
def stopped(home: Home, report: Callable[[str], None]) -> Iterator[None]:
    """Keep the cloud stopped, and locked against other starts, inside the with block; restart it if it ran before."""
    running, lock = supervisor_process(home), fasteners.InterProcessLock(home.lock_file)
    report("stopping")
    stop(home)
    while not lock.acquire(blocking=False):
        # Another process was faster and has started it again.
        time.sleep(_POLL_SECONDS)
        stop(home)
    try:
        yield
    finally:
        lock.release()
        if running:
            _start(home, report)
            report("ready")


def _launch(home: Home, client: int | None) -> subprocess.Popen:
    """Start a supervisor, if the machine has room for it and the catalog has no mistake."""
    if not hasattr(os, "fork"):
        raise PracticeCloudError(
            "The practice cloud runs on Linux and macOS. On Windows, use the Windows Subsystem for Linux (WSL) or "
            "Binder, or set OS_CLOUD to a cloud of your own."
        )
    if full := _full(home):
        raise PracticeCloudError(full.strip())
    load_catalog(home)
    environment = {**os.environ, "PRACTICE_CLOUD_HOME": str(home.root)}
    if client:
        # The supervisor registers its first client itself.
        environment["JPY_PARENT_PID"] = str(client)
    with home.supervisor_log.open("a") as log:
        files = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
        command = [sys.executable, "-m", SUPERVISOR, str(home.root.resolve())]
        return subprocess.Popen(command, env=environment, cwd=home.root, start_new_session=True, **files)


def _full(home: Home) -> str:
    """Return a sentence if the machine has too little room for a practice cloud, and otherwise an empty string."""
    if home.root.exists() and shutil.disk_usage(home.root).free < _DISK_MIB * 2**20:
        return (
            f"The practice cloud needs {_DISK_MIB} MiB of disk in {home.root}. "
            "Make room, or set PRACTICE_CLOUD_HOME to a folder on another disk. "
        )
    if psutil.virtual_memory().available < _MEMORY_MIB * 2**20:
        return f"The practice cloud needs {_MEMORY_MIB} MiB of memory. Close other programs first. "
    return ""

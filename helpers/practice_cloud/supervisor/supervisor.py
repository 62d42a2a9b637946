"""The practice cloud's one background process: it builds the cloud, serves it and keeps it up."""

import multiprocessing
import os
import resource
import shutil
import signal
import socket
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import connection
from multiprocessing.context import ForkProcess
from typing import Any

import fasteners

from ..base import json_store
from ..base.catalog import load_catalog
from ..base.errors import PracticeCloudError
from ..base.home import Home
from ..base.processes import fork
from ..base.secrets import passwords
from ..gateway import GATEWAY
from ..gateway import server as gateway
from ..services import SERVICES, config, enabled_services, sqlite, wsgi
from ..state import build, pristine, seed
from ..state.fingerprint import changed_inputs, fingerprint
from .client_files import clouds_yaml_is_whole, own_logins, write_clouds_yaml, write_ssh_config
from .clients import has_clients, register_client
from .ports import last_port, listen
from .preload import preload

_LOOK_SECONDS = 2
_BUILD_STEP_SECONDS = 300
_STABLE_SECONDS = 60
_MOST_FAILURES = 4
# Successive failures wait 1, 3, 7 and 15 times as long; a service that ran long restarts at once.
_RESTART_SECONDS = float(os.environ.get("PRACTICE_CLOUD_RESTART_SECONDS", "1"))
_LOG_BYTES = 2**20
# Each connection to a guest takes a few. macOS allows no more, but starts programs with 256.
_OPEN_FILES = 10240


class Supervisor:
    """Owns the listening sockets and the processes of one practice cloud.

    The sockets are open before any service runs, and stay open while one restarts: a client waits instead of being
    refused, and no other program gets the port.
    """

    def __init__(self, home: Home) -> None:
        self.home = home
        self.processes: dict[str, ForkProcess] = {}
        self.started: dict[str, float] = {}
        self.due: dict[str, float] = {}
        self.failures: Counter[str] = Counter()
        self.listeners: dict[str, socket.socket] = {}
        self.urls: dict[str, str] = {}
        self.learners = 0
        self.users_exist = multiprocessing.get_context("fork").Event()

    def run(self) -> None:
        """Build the cloud if necessary, start it and restart what ends, until a signal comes or no client is left."""
        kept = json_store.load(self.home, "status").get("urls")
        self.report("loading OpenStack")
        self.catalog = load_catalog(self.home)
        self.learners = self.catalog["learners"]
        self.listen(kept)
        self.report("loading OpenStack")
        preload()
        sqlite.install()
        config.configure(self.home, self.catalog, self.urls)
        self.write_clouds_yaml()
        write_ssh_config(self.home, self.catalog)
        wsgi.use_configuration(str(self.home.clouds_yaml))
        built_from, wanted = json_store.load(self.home, "built"), fingerprint(self.catalog, passwords(self.home))
        # One of the two copies may be damaged.
        json_store.save(self.home, "secrets", passwords(self.home))
        changed = changed_inputs(built_from, wanted)
        if not changed:
            json_store.save(self.home, "built", wanted)
            pristine.set_endpoints(self.home.state, self.urls)
            self.users_exist.set()
            self.launch(*self.listeners)
        else:
            self.build(self.archive_state(changed) if built_from else "")
            json_store.save(self.home, "built", wanted)
            pristine.save(self.home)
        self.report("ready")
        while self.is_wanted():
            self.wait_and_restart()

    def is_wanted(self) -> bool:
        """Tell whether the cloud should continue; start() registers a client first, then checks for this report."""
        if not has_clients(self.home):
            self.report("stopping")
            if not has_clients(self.home):
                return False
            self.report("ready")
        return True

    def listen(self, kept: Any) -> None:
        """Listen for each enabled service and for the gateway, on the same ports as last time."""
        paths = {name: service.path for name, service in enabled_services(self.catalog).items()} | {GATEWAY: ""}
        for name, path in paths.items():
            process = _process_of(name)
            if process not in self.listeners:
                self.listeners[process] = listen(last_port(kept, process))
            self.urls[name] = f"http://127.0.0.1:{self.listeners[process].getsockname()[1]}{path}"

    def archive_state(self, changed: str) -> str:
        """Archive the state before a rebuild, and return what to report about it."""
        pristine.archive(self.home)
        kept = f"the previous state is kept in {self.home.previous} until the next rebuild"
        return f", rebuilding because {changed} changed; {kept}"

    def build(self, reason: str) -> None:
        """Build the state from scratch. Only a finished build is recorded; an interrupted one starts over."""
        self.work(f"creating databases{reason}", build.create_databases, self.home, self.catalog, self.urls["keystone"])
        self.launch(*(name for name in self.listeners if name != GATEWAY))
        self.work("creating users", seed.seed_identity, self.home, self.catalog, self.urls)
        self.users_exist.set()
        # It logs in at once, and would not hear of endpoints that come later.
        self.launch(GATEWAY)
        self.work("creating flavors, images and networks", seed.seed_resources, self.catalog)

    def work(self, message: str, function: Callable, *arguments: Any) -> None:
        """Run a step of the build in a new process, and keep the services up."""
        self.report(message)
        worker, deadline = fork(function, *arguments), time.monotonic() + _BUILD_STEP_SECONDS
        while worker.is_alive() and has_clients(self.home) and time.monotonic() < deadline:
            self.wait_and_restart(worker)
        if worker.exitcode != 0:
            raise ChildProcessError(f"{message} failed")

    def launch(self, *names: str) -> None:
        """Start services; clients may call them at once, and get their answers when the services are ready."""
        for name in names:
            if name == GATEWAY:
                nova, listener = self.urls["nova"].removesuffix(SERVICES["nova"].path), self.listeners[name]
                self.processes[name] = fork(gateway.serve, self.home, self.catalog, f"{nova}/metadata", listener)
            else:
                self.processes[name] = fork(wsgi.serve, name, self.listeners[name], self.users_exist)
            self.started[name] = time.monotonic()
            self.due.pop(name, None)

    def wait_and_restart(self, *others: ForkProcess) -> None:
        """Wait a moment or until a process ends; restart services that ended, with longer delays after each failure."""
        watched = [process for name, process in self.processes.items() if name not in self.due]
        soonest = min([_LOOK_SECONDS, *(due - time.monotonic() for due in self.due.values())])
        connection.wait([process.sentinel for process in (*watched, *others)], max(0, soonest))
        for name in [name for name, process in self.processes.items() if not process.is_alive()]:
            if name not in self.due:
                self.schedule_restart(name)
            elif self.due[name] <= time.monotonic():
                self.launch(name)
                self.report(self.message)
        self.restore_files()

    def schedule_restart(self, name: str) -> None:
        """Set the time of the restart of a service that has ended."""
        lived = time.monotonic() - self.started[name]
        print(f"{name} ended with exit code {self.processes[name].exitcode} after {lived:.0f} s", flush=True)
        self.failures[name] = 0 if lived > _STABLE_SECONDS else self.failures[name] + 1
        if self.failures[name] > _MOST_FAILURES:
            raise ChildProcessError(f"{name} keeps failing")
        self.due[name] = time.monotonic() + (2 ** self.failures[name] - 1) * _RESTART_SECONDS
        self.report(self.message)

    def restore_files(self) -> None:
        """Rewrite files that others have damaged; if the disk is full, try again next time."""
        with suppress(OSError):
            self.home.create()
            if json_store.load(self.home, "status") != self.facts:
                self.report(self.message)
            if not clouds_yaml_is_whole(self.home, self.urls):
                self.write_clouds_yaml()
            # The services rotate their own logs; all of them write to this one, which simply starts over.
            if self.home.supervisor_log.stat().st_size > _LOG_BYTES:
                os.truncate(self.home.supervisor_log, 0)

    def write_clouds_yaml(self) -> None:
        """Write the logins of the learner and of the operator."""
        logins = own_logins(self.home, self.catalog)
        write_clouds_yaml(self.home, self.catalog["region"], self.urls["keystone"], logins)

    def report(self, message: str) -> None:
        """Save a message, with process IDs and URLs, for status()."""
        self.message = message
        alive = {name: process.pid for name, process in self.processes.items() if process.is_alive()}
        pids = {name: alive[process] for name in self.urls if (process := _process_of(name)) in alive}
        facts = {"message": message, "pid": os.getpid(), "pids": pids, "urls": self.urls}
        self.facts = facts | {"learners": self.learners}
        with suppress(OSError):  # A full disk must not end a running cloud.
            json_store.save(self.home, "status", self.facts)


def _process_of(name: str) -> str:
    """Return the name of the process in which a service, or the gateway, runs."""
    return (name in SERVICES and SERVICES[name].runs_in) or name


def _end(*_: Any) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # A second signal must not interrupt the end of the services.
    sys.exit()


def _allow_open_files() -> None:
    """Raise the limit for this process and for all that it forks; the system may allow less."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def main() -> None:
    """Supervise the practice cloud in $PRACTICE_CLOUD_HOME, unless another process already does."""
    home = Home()
    lock = fasteners.InterProcessLock(home.lock_file)
    if not lock.acquire(blocking=False):
        sys.exit(os.EX_TEMPFAIL)
    os.umask(0o077)
    _allow_open_files()
    # The libraries' warnings would fill the log. A filter is not enough, because Cinder sets its own.
    warnings.showwarning = lambda *_, **__: None
    # Without it, requests asks macOS for proxies, which a forked process must not do there.
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
    signal.signal(signal.SIGTERM, _end)
    supervisor = Supervisor(home)
    shutil.rmtree(home.clients, ignore_errors=True)
    register_client(home)
    try:
        supervisor.run()
    except PracticeCloudError as error:
        supervisor.report(f"failed: {error}")
    except Exception as error:
        traceback.print_exc()
        supervisor.report(f"failed: {error}")
    finally:
        for child in multiprocessing.active_children():
            child.kill()
            child.join()


if __name__ == "__main__":
    main()

"""The practice cloud's one background process: it builds the cloud, serves it and keeps it up."""

import gc
import importlib
import multiprocessing
import os
import shutil
import signal
import socket
import sys
import time
import traceback
from multiprocessing import connection
from pathlib import Path
from urllib.parse import urlsplit

import fasteners
import oslo_service.backend

from . import build, databases, seed, services
from .home import SERVICES, Home
from .processes import fork

_LOOK_SECONDS = 2
_BUILD_STEP_SECONDS = 300
_STABLE_SECONDS = 60
_MOST_FAILURES = 4
_LOG_BYTES = 2**20


class Supervisor:
    """Owns the listening sockets and the processes of one practice cloud.

    The sockets are open before any service runs and stay open while one restarts: a client is served late instead
    of being refused, and nobody else gets the port.
    """

    def __init__(self, home: Home):
        self.home, self.processes, self.started, self.failures = home, {}, {}, dict.fromkeys(SERVICES, 0)
        kept = home.recall("status").get("urls", {})
        self.listeners = {name: _listen(urlsplit(kept.get(name, "")).port or 0) for name in SERVICES}
        ports = {name: listener.getsockname()[1] for name, listener in self.listeners.items()}
        self.urls = {name: f"http://127.0.0.1:{ports[name]}{service['path']}" for name, service in SERVICES.items()}

    def run(self) -> None:
        """Build the cloud if need be, start it, and restart what dies, until a signal comes or nobody uses it."""
        self.report("loading OpenStack")
        _preload()
        databases.tune()
        self.home.configure(self.urls)
        services.use_configuration(self.home)
        if self.home.recall("built") == self.home.fingerprint():
            databases.set_endpoints(self.home, self.urls)
            self.launch(*SERVICES)
        else:
            self.build()
        self.report("ready")
        while self.home.in_use():
            self.tend()

    def build(self) -> None:
        """Build the state from nothing. Only a finished build leaves a fingerprint; any other starts over."""
        home = self.home
        why = ", anew because a package or the catalog has changed" if home.recall("built") else ""
        home.remember("built", {})
        self.work(f"creating databases{why}", build.create_databases, home)
        self.launch("keystone")
        self.work("creating users", seed.seed_identity, home, self.urls)
        self.launch("glance", "placement", "neutron", "nova")
        self.work("creating flavors, images and networks", seed.seed_resources, home)
        databases.copy(home.state, home.pristine)
        home.remember("built", home.fingerprint())

    def work(self, message: str, function, *arguments) -> None:
        """Do a step of the build in a process of its own, and keep the services up meanwhile."""
        self.report(message)
        worker, deadline = fork(function, *arguments), time.monotonic() + _BUILD_STEP_SECONDS
        while worker.is_alive() and self.home.in_use() and time.monotonic() < deadline:
            self.tend(worker)
        if worker.exitcode != 0:
            raise ChildProcessError(f"{message} did not work")

    def launch(self, *names: str) -> None:
        """Start services; clients may call them at once and are answered as soon as they can."""
        for name in names:
            self.processes[name] = fork(services.serve, name, self.home, self.listeners[name])
            self.started[name] = time.monotonic()

    def tend(self, *others) -> None:
        """Wait a while, or until a process ends; start services that ended again, later each time in a row."""
        connection.wait([process.sentinel for process in (*self.processes.values(), *others)], _LOOK_SECONDS)
        for name in [name for name, process in self.processes.items() if not process.is_alive()]:
            lived = time.monotonic() - self.started[name]
            print(f"{name} ended with exit code {self.processes[name].exitcode} after {lived:.0f} s", flush=True)
            self.failures[name] = 0 if lived > _STABLE_SECONDS else self.failures[name] + 1
            if self.failures[name] > _MOST_FAILURES:
                raise ChildProcessError(f"{name} ends again and again")
            self.report(self.message)
            time.sleep(2 ** self.failures[name] - 1)
            self.launch(name)
            self.report(self.message)
        # The services rotate their own logs; this one is written by all of them, and simply starts over.
        if self.home.supervisor_log.stat().st_size > _LOG_BYTES:
            os.truncate(self.home.supervisor_log, 0)

    def report(self, message: str) -> None:
        """Leave word for status() of what is going on."""
        self.message = message
        pids = {name: process.pid for name, process in self.processes.items() if process.is_alive()}
        self.home.remember("status", {"message": message, "pid": os.getpid(), "pids": pids, "urls": self.urls})


def _preload() -> None:
    """Import what several services need, once, so that they share the memory and start sooner.

    OpenStack's libraries choose a threading model when they are imported. As long as there is no eventlet, they
    choose Python's threads.
    """
    sys.modules["eventlet"] = sys.modules["rfc3987_syntax"] = None
    oslo_service.backend.init_backend(oslo_service.backend.BackendType.THREADING)
    for module in Path(__file__).with_name("preload.txt").read_text().split():
        importlib.import_module(module)
    del sys.modules["eventlet"], sys.modules["rfc3987_syntax"]
    gc.freeze()


def _listen(port: int) -> socket.socket:
    """Listen on a port of loopback, or on a free one where another program has taken it meanwhile."""
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError:
        return socket.create_server(("127.0.0.1", 0))


def _end(*_) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # A second one must not disturb the end of the services.
    sys.exit()


def main() -> None:
    """Supervise the practice cloud of $PRACTICE_CLOUD_HOME, unless another process already does."""
    home = Home()
    lock = fasteners.InterProcessLock(home.lock_file)
    if not lock.acquire(timeout=1):
        return
    os.umask(0o077)
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
    signal.signal(signal.SIGTERM, _end)
    shutil.rmtree(home.users, ignore_errors=True)
    home.add_user()
    supervisor = Supervisor(home)
    try:
        supervisor.run()
    except Exception as error:
        traceback.print_exc()
        supervisor.report(f"failed: {error}")
    finally:
        for child in multiprocessing.active_children():
            child.kill()
            child.join()


if __name__ == "__main__":
    main()

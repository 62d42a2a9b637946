"""The practice cloud's one background process: it builds the cloud, serves it and keeps it up."""

import gc
import importlib
import multiprocessing
import os
import signal
import socket
import sys
import time
import traceback
from multiprocessing import connection

import fasteners

from . import build, databases, seed, services
from .home import SERVICES, Home
from .processes import fork

# Imported once, before the services are forked, so that they share the memory and start sooner. Nothing here may
# import oslo_messaging or oslo_service: they choose a threading model, and that is for each service to do.
_PRELOAD = (
    "alembic cryptography.fernet flask keystoneauth1.loading keystoneauth1.session keystonemiddleware.auth_token "
    "lxml.etree netaddr openstack oslo_cache oslo_concurrency.lockutils oslo_db.sqlalchemy.enginefacade oslo_limit "
    "oslo_log.log oslo_middleware oslo_policy.policy oslo_upgradecheck oslo_utils oslo_versionedobjects "
    "paste.deploy routes sqlalchemy.orm stevedore waitress webob"
).split()
_STABLE_SECONDS = 60
_MOST_FAILURES = 4


class Supervisor:
    """Owns the listening sockets and the processes of one practice cloud.

    The sockets are open before any service runs and stay open while one restarts: a client is served late instead
    of being refused, and nobody else gets the port.
    """

    def __init__(self, home: Home):
        self.home, self.processes, self.started, self.failures = home, {}, {}, dict.fromkeys(SERVICES, 0)
        kept = home.recall("ports")
        self.listeners = {name: _listen(kept.get(name, 0)) for name in SERVICES}
        ports = {name: listener.getsockname()[1] for name, listener in self.listeners.items()}
        home.remember("ports", ports)
        self.urls = {name: f"http://127.0.0.1:{ports[name]}{service['path']}" for name, service in SERVICES.items()}

    def run(self) -> None:
        """Build the cloud if need be, start it, and restart what dies, until a signal comes."""
        self.report("loading OpenStack")
        for module in _PRELOAD:
            importlib.import_module(module)
        gc.freeze()
        databases.tune()
        self.home.configure(self.urls)
        services.use_configuration(self.home)
        if self.home.recall("built") == self.home.fingerprint():
            databases.set_endpoints(self.home, self.urls)
            self.launch(*SERVICES)
        else:
            self.build()
        self.report("ready")
        while True:
            self.tend()

    def build(self) -> None:
        """Build the state from nothing. Only a finished build leaves a fingerprint; any other starts over."""
        home = self.home
        home.remember("built", {})
        self.work("creating databases", build.create_databases, home)
        self.launch("keystone")
        self.work("creating users", seed.seed_identity, home, self.urls)
        self.launch("glance", "placement", "neutron", "nova")
        self.work("creating flavors, images and networks", seed.seed_resources, home)
        databases.copy(home.state, home.pristine)
        home.remember("built", home.fingerprint())

    def work(self, message: str, function, *arguments) -> None:
        """Do a step of the build in a process of its own, and keep the services up meanwhile."""
        self.report(message)
        worker = fork(function, *arguments)
        while worker.is_alive():
            self.tend(worker)
        if worker.exitcode:
            raise ChildProcessError(f"{message} did not work")

    def launch(self, *names: str) -> None:
        """Start services; clients may call them at once and are answered as soon as they can."""
        for name in names:
            self.processes[name] = fork(services.serve, name, self.home, self.listeners[name])
            self.started[name] = time.monotonic()

    def tend(self, *others) -> None:
        """Wait until a service or another process ends, and start the service again, later each time in a row."""
        connection.wait([process.sentinel for process in (*self.processes.values(), *others)])
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

    def report(self, message: str) -> None:
        """Leave word for status() of what is going on."""
        self.message = message
        pids = {name: process.pid for name, process in self.processes.items() if process.is_alive()}
        self.home.remember("status", {"message": message, "pid": os.getpid(), "pids": pids, "urls": self.urls})


def _listen(port: int) -> socket.socket:
    """Listen on a port of loopback, or on a free one where another program has taken it meanwhile."""
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError:
        return socket.create_server(("127.0.0.1", 0))


def main() -> None:
    """Supervise the practice cloud of $PRACTICE_CLOUD_HOME, unless another process already does."""
    home = Home()
    lock = fasteners.InterProcessLock(home.lock_file)
    if not lock.acquire(timeout=1):
        return
    os.umask(0o077)
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
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

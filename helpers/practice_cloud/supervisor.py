"""The practice cloud's one background process: it builds the cloud, serves it and keeps it up."""

import fcntl
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

from . import build, databases, seed, services
from .health import answers
from .home import SERVICES, Home
from .processes import fork, in_parallel

# Imported once, before the services are forked, so that they share the memory and start sooner. Nothing here may
# import oslo_messaging or oslo_service: they choose a threading model, and that is for each service to do.
_PRELOAD = (
    "alembic cryptography.fernet flask keystoneauth1.loading keystoneauth1.session keystonemiddleware.auth_token "
    "lxml.etree netaddr openstack oslo_cache oslo_concurrency.lockutils oslo_db.sqlalchemy.enginefacade oslo_limit "
    "oslo_log.log oslo_middleware oslo_policy.policy oslo_upgradecheck oslo_utils oslo_versionedobjects "
    "paste.deploy routes sqlalchemy.orm stevedore waitress webob"
).split()
_STABLE_SECONDS = 60
_LONGEST_PAUSE_SECONDS = 30


class Supervisor:
    """Owns the listening sockets and the processes of one practice cloud.

    The sockets stay open while a service restarts: its port stays ours, and a client waits instead of failing.
    """

    def __init__(self, home: Home):
        self.home, self.message, self.error = home, "loading OpenStack", None
        kept = home.recall("ports")
        self.listeners = {name: _listen(kept.get(name, 0)) for name in SERVICES}
        ports = {name: listener.getsockname()[1] for name, listener in self.listeners.items()}
        home.remember("ports", ports)
        paths = {"keystone": "/v3", "nova": "/v2.1"}
        self.urls = {name: f"http://127.0.0.1:{port}{paths.get(name, '')}" for name, port in ports.items()}
        self.processes, self.started, self.failures = {}, {}, dict.fromkeys(SERVICES, 0)
        self.report(self.message)

    def run(self) -> None:
        """Build the cloud if need be, start it, and restart what dies, until a signal comes."""
        self.home.configure(self.urls)
        services.use_configuration(self.home)
        if self.home.recall("built") == self.home.fingerprint():
            databases.set_endpoints(self.home, self.urls)
            self.start(*SERVICES)
        else:
            self.build()
        self.report("ready")
        while True:
            connection.wait([process.sentinel for process in self.processes.values()], timeout=_STABLE_SECONDS)
            for name, process in self.processes.items():
                if not process.is_alive():
                    self.restart(name)

    def build(self) -> None:
        """Build the state from nothing. Only a finished build leaves a fingerprint; any other starts over."""
        home = self.home
        home.remember("built", {})
        self.report("creating databases")
        build.create_databases(home, self.urls["keystone"])
        self.start("keystone")
        self.report("creating users")
        in_parallel((seed.seed_identity, home, self.urls))
        self.start("glance", "placement", "neutron", "nova")
        self.report("creating flavors, images and networks")
        in_parallel((seed.seed_resources, home), (build.manage, home, "nova", "nova", "cell_v2 discover_hosts"))
        databases.copy(home.state, home.pristine)
        home.remember("built", home.fingerprint())

    def start(self, *names: str) -> None:
        """Start services and wait until they answer."""
        for name in names:
            self.launch(name)
        while waiting := [name for name in names if not answers(self.urls[name])]:
            self.report(f"starting {', '.join(waiting)}")
            for name in waiting:
                if not self.processes[name].is_alive():
                    raise ChildProcessError(f"{name} does not start")

    def launch(self, name: str) -> None:
        """Start one service's process."""
        self.processes[name] = fork(services.serve, name, self.home, self.listeners[name])
        self.started[name] = time.monotonic()
        self.report(self.message)

    def restart(self, name: str) -> None:
        """Start a service that died again; the more often it dies in a row, the later."""
        lived = time.monotonic() - self.started[name]
        self.failures[name] = 0 if lived > _STABLE_SECONDS else self.failures[name] + 1
        print(f"{name} ended with exit code {self.processes[name].exitcode} after {lived:.0f} s", flush=True)
        self.report(self.message)
        time.sleep(min(2 ** self.failures[name] - 1, _LONGEST_PAUSE_SECONDS))
        self.launch(name)

    def report(self, message: str) -> None:
        """Leave word for status() of what is going on."""
        self.message = message
        alive = {name: process for name, process in self.processes.items() if process.is_alive()}
        pids = {name: process.pid for name, process in alive.items()}
        facts = {"message": message, "pid": os.getpid(), "pids": pids, "urls": self.urls}
        self.home.remember("status", facts)


def _listen(port: int) -> socket.socket:
    """Listen on a port of loopback, or on a free one where another program has taken it meanwhile."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    return listener


def main() -> None:
    """Supervise the practice cloud of $PRACTICE_CLOUD_HOME, unless another process already does."""
    home = Home()
    os.umask(0o077)
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
    with home.lock_file.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        supervisor = Supervisor(home)
        try:
            for module in _PRELOAD:
                importlib.import_module(module)
            gc.collect()
            gc.freeze()
            databases.tune()
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

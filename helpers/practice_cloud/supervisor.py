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
import urllib.error
import urllib.request
from multiprocessing import connection

from . import build, pristine, seed, services, sqlite
from .home import SERVICES, Home, endpoints

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


class Service:
    """One OpenStack service and the process it runs in.

    Args:
        name: keystone, glance, placement, neutron or nova.
        home: The practice cloud's folder.
        listener: The bound socket it serves. The supervisor owns it, so that the port stays ours while a service
            restarts, and a client that comes in between is served late instead of refused.
    """

    def __init__(self, name: str, home: Home, listener: socket.socket):
        self.name, self.home, self.listener = name, home, listener
        self.port = listener.getsockname()[1]
        self.process = None
        self.state = "stopped"
        self.restarts = 0
        self.pause = self.started = 0.0

    def start(self) -> None:
        """Start the process; it takes some seconds until it answers."""
        arguments = (services.serve, self.name, self.home, self.listener)
        self.process = multiprocessing.get_context("fork").Process(target=services.run_as_child, args=arguments)
        self.process.start()
        self.started, self.state = time.monotonic(), "starting"

    def check(self) -> None:
        """Find out whether it runs and answers, and start it again when it is dead and has paused long enough."""
        lived = time.monotonic() - self.started
        if self.process.is_alive():
            if self.state != "up" and self.answers():
                self.state = "up"
            if lived > _STABLE_SECONDS:
                self.pause = 0.0
        elif self.state != "down":
            self.state = "down"
            print(f"{self.name} ended with {self.process.exitcode}", flush=True)
        elif lived > self.pause:
            self.pause = min(_LONGEST_PAUSE_SECONDS, max(1.0, self.pause * 2))
            self.restarts += 1
            self.start()

    def answers(self) -> bool:
        """Tell whether the API answers anything at all."""
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=1).close()
        except urllib.error.HTTPError as answer:
            return answer.code < 500
        except OSError:
            return False
        return True


class Supervisor:
    """Owns the sockets and the processes of one practice cloud.

    Args:
        home: The practice cloud's folder.
    """

    def __init__(self, home: Home):
        self.home = home
        kept = home.remembered("ports.json", {})
        self.services = {name: Service(name, home, _bind(kept.get(name, 0))) for name in SERVICES}
        self.ports = {name: service.port for name, service in self.services.items()}
        self.message = "starting"
        self.reported = {}

    def run(self) -> None:
        """Build the cloud if need be, start it, and restart what dies, until a signal comes."""
        home = self.home
        home.remember("ports.json", self.ports)
        home.configure(self.ports)
        services.use_configuration(home)
        if home.remembered("built.json", {}) == home.fingerprint():
            urls = {SERVICES[name]: url for name, url in endpoints(self.ports).items()}
            sqlite.set_endpoints(home.state / "keystone.db", urls)
            self.start(*SERVICES)
        else:
            self.build()
        self.report("ready")
        while True:
            connection.wait([service.process.sentinel for service in self.services.values()], timeout=0.5)
            for service in self.services.values():
                service.check()
            self.report("ready")

    def build(self) -> None:
        """Build the state from nothing. Only a finished build leaves a fingerprint; any other starts over."""
        home = self.home
        (home.root / "built.json").unlink(missing_ok=True)
        self.report("creating databases")
        build.create_databases(home, self.ports)
        self.start("keystone")
        self.report("creating users")
        build.in_parallel((seed.seed_identity, home, self.ports))
        self.start("glance", "placement", "neutron", "nova")
        self.report("creating flavors, images and networks")
        build.in_parallel((seed.seed_resources, home), (seed.discover_hypervisor, home))
        pristine.save(home)
        home.remember("built.json", home.fingerprint())

    def start(self, *names: str) -> None:
        """Start services and wait until they answer."""
        waiting = [self.services[name] for name in names]
        for service in waiting:
            service.start()
        while waiting:
            self.report(f"starting {', '.join(service.name for service in waiting)}")
            waiting[0].check()
            if waiting[0].state == "down":
                raise ChildProcessError(f"{waiting[0].name} does not start")
            waiting = [service for service in waiting if service.state != "up"]

    def report(self, message: str, error: str | None = None) -> None:
        """Leave word for status() and start() of what is going on."""
        urls = endpoints(self.ports)
        status = {
            "message": message,
            "error": error,
            "pid": os.getpid(),
            "services": {
                name: {
                    "pid": service.process and service.process.pid,
                    "url": urls[name],
                    "state": service.state,
                    "restarts": service.restarts,
                }
                for name, service in self.services.items()
            },
        }
        if status != self.reported:
            self.home.remember("status.json", status)
            self.reported = status


def _bind(port: int) -> socket.socket:
    """Listen on a port of loopback, or on a free one where another program has taken it meanwhile."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    return listener


def _preload() -> None:
    for module in _PRELOAD:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()


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
            supervisor.report("loading OpenStack")
            _preload()
            sqlite.tune()
            supervisor.run()
        except Exception as error:
            traceback.print_exc()
            supervisor.report("failed", error=f"{error}")
        finally:
            for child in multiprocessing.active_children():
                child.kill()
                child.join()


if __name__ == "__main__":
    main()

"""Serve one OpenStack service in this process."""

import importlib
import os
import signal
import socket
import sys
import threading
from multiprocessing import parent_process
from pathlib import Path

import waitress

from .home import Home, paste_file

_MODULES = {
    "keystone": "keystone.wsgi.api",
    "glance": "glance.wsgi.api",
    "placement": "placement.wsgi.api",
    "neutron": "neutron.wsgi.api",
    "nova": "nova.wsgi.osapi_compute",
}


def serve(name: str, home: Home, listener: socket.socket) -> None:
    """Answer API requests until this process is ended.

    Args:
        name: keystone, glance, placement, neutron or nova.
        home: The practice cloud's folder, with the configuration already written.
        listener: A bound socket on loopback.
    """
    sys.argv = [name]
    if name == "nova":
        register_nova_driver()
    application = importlib.import_module(_MODULES[name]).application
    if name == "nova":
        start_nova_workers()
    if name == "keystone":
        application = with_vendor_profile(application, home.etc / "profile.json")
    waitress.serve(
        application, sockets=[listener], threads=8, connection_limit=900, asyncore_use_poll=True, _quiet=True
    )


def run_as_child(function, *arguments) -> None:
    """Call a function in a forked process that ends when its parent is gone, however that went."""

    def watch():
        parent_process().join()
        os._exit(1)

    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=watch, daemon=True).start()
    function(*arguments)


def use_configuration(home: Home) -> None:
    """Point the services at their configuration files, through the variables that each of them reads."""
    os.environ.update(
        OS_KEYSTONE_CONFIG_FILES=str(home.etc / "keystone.conf"),
        OS_GLANCE_CONFIG_DIR=str(home.etc),
        OS_PLACEMENT_CONFIG_DIR=str(home.etc),
        OS_NEUTRON_CONFIG_DIR=str(home.etc),
        OS_NEUTRON_CONFIG_FILES="neutron.conf",
        OS_NOVA_CONFIG_DIR=str(home.etc),
        OS_NOVA_CONFIG_FILES=f"{paste_file('nova')};nova.conf",
        # Threads, also in nova-manage, which would otherwise still choose eventlet.
        OS_NOVA_DISABLE_EVENTLET_PATCHING="true",
    )


def register_nova_driver() -> None:
    """Put the driver where Nova looks for drivers: nowhere but below its own package nova.virt."""
    from nova import monkey_patch

    monkey_patch.patch(backend="threading")
    sys.modules["nova.virt.practice_cloud"] = importlib.import_module("helpers.practice_cloud.nova_driver")


def start_nova_workers() -> None:
    """Run Nova's conductor, scheduler and compute beside its API, on a message bus inside this process."""
    from nova import service
    from nova.compute import rpcapi as compute
    from nova.conductor import rpcapi as conductor
    from nova.scheduler import rpcapi as scheduler

    for binary, topic, options in (
        ("nova-conductor", conductor.RPC_TOPIC, {}),
        ("nova-scheduler", scheduler.RPC_TOPIC, {}),
        # Events from Neutron, and resize, arrive on the second topic.
        ("nova-compute", compute.RPC_TOPIC, {"topic_alt": compute.RPC_TOPIC_ALT}),
    ):
        service.Service.create(binary=binary, topic=topic, **options).start()


def with_vendor_profile(application, profile: Path):
    """Also serve the vendor profile, at the address where openstacksdk looks for a profile that is a URL."""

    def serve_profile(environ, start_response):
        if environ["PATH_INFO"] != "/.well-known/openstack/api":
            return application(environ, start_response)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [profile.read_bytes()]

    return serve_profile

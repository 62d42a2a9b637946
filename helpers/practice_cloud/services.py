"""Serve one OpenStack service in this process."""

import importlib
import os
import socket
import sys

import waitress

from .home import Home, paste_file

_APPLICATIONS = {
    "keystone": "keystone.wsgi.api",
    "glance": "glance.wsgi.api",
    "placement": "placement.wsgi.api",
    "neutron": "neutron.wsgi.api",
    "nova": "nova.wsgi.osapi_compute",
}


def use_configuration(home: Home) -> None:
    """Point the services at their configuration files, through the variables that each of them reads."""
    os.environ.update(
        OS_KEYSTONE_CONFIG_FILES=f"{home.etc}/keystone.conf",
        OS_GLANCE_CONFIG_DIR=f"{home.etc}",
        OS_PLACEMENT_CONFIG_DIR=f"{home.etc}",
        OS_NEUTRON_CONFIG_DIR=f"{home.etc}",
        OS_NEUTRON_CONFIG_FILES="neutron.conf",
        OS_NOVA_CONFIG_DIR=f"{home.etc}",
        OS_NOVA_CONFIG_FILES=f"{paste_file('nova')};nova.conf",
        # Threads, also in nova-manage, which would otherwise still choose eventlet.
        OS_NOVA_DISABLE_EVENTLET_PATCHING="true",
    )


def serve(name: str, home: Home, listener: socket.socket) -> None:
    """Answer API requests on a listening socket until this process is ended."""
    sys.argv = [name]
    if name == "nova":
        _register_nova_driver()
    application = importlib.import_module(_APPLICATIONS[name]).application
    if name == "nova":
        _start_nova_workers()
    if name == "keystone":
        application = _with_vendor_profile(application, home)
    limits = {"threads": 8, "connection_limit": 900, "asyncore_use_poll": True}
    waitress.serve(application, sockets=[listener], _quiet=True, **limits)


def _register_nova_driver() -> None:
    """Put the driver where Nova looks for drivers: nowhere but below its own package nova.virt."""
    from nova import monkey_patch

    monkey_patch.patch(backend="threading")
    sys.modules["nova.virt.practice_cloud"] = importlib.import_module("helpers.practice_cloud.nova_driver")


def _start_nova_workers() -> None:
    """Run Nova's conductor, scheduler and compute beside its API, on a message bus inside this process."""
    from nova.compute import rpcapi as compute
    from nova.conductor import rpcapi as conductor
    from nova.scheduler import rpcapi as scheduler
    from nova.service import Service

    Service.create(binary="nova-conductor", topic=conductor.RPC_TOPIC).start()
    Service.create(binary="nova-scheduler", topic=scheduler.RPC_TOPIC).start()
    # Events from Neutron, and resize, arrive on the second topic.
    Service.create(binary="nova-compute", topic=compute.RPC_TOPIC, topic_alt=compute.RPC_TOPIC_ALT).start()


def _with_vendor_profile(application, home: Home):
    """Also serve the vendor profile, at the address where openstacksdk looks for a profile that is a URL."""

    def serve_profile(environ, start_response):
        if environ["PATH_INFO"] != "/.well-known/openstack/api":
            return application(environ, start_response)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [(home.etc / "profile.json").read_bytes()]

    return serve_profile

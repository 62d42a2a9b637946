"""Serve one OpenStack service in this process."""

import importlib
import os
import socket
import sys

import waitress
from werkzeug.middleware.shared_data import SharedDataMiddleware

from .home import SERVICES, Home


def use_configuration(home: Home) -> None:
    """Point the services at their configuration files, through the variables that each of them reads."""
    for name in SERVICES:
        os.environ[f"OS_{name.upper()}_CONFIG_DIR"] = str(home.etc)
    os.environ["OS_NEUTRON_CONFIG_FILES"] = "neutron.conf"
    os.environ["OS_NOVA_CONFIG_FILES"] = f"{home.data}/etc/nova/api-paste.ini;nova.conf"
    # Threads, also in nova-manage, which would otherwise still choose eventlet.
    os.environ["OS_NOVA_DISABLE_EVENTLET_PATCHING"] = "true"
    # Neutron imports eventlet, but does not use it: leave out its own copy of a resolver, which is 8 MiB.
    os.environ["EVENTLET_NO_GREENDNS"] = "yes"
    os.environ["OS_CLIENT_CONFIG_FILE"] = str(home.clouds_yaml)


def serve(name: str, home: Home, listener: socket.socket) -> None:
    """Answer API requests on a listening socket until this process is ended."""
    sys.argv = [name]
    if name == "nova":
        _register_nova_driver()
    application = importlib.import_module(SERVICES[name]["application"]).application
    if name == "nova":
        _start_nova_workers()
    if name == "keystone":
        # A profile that is a URL is looked for at this address.
        profile = {"/.well-known/openstack/api": str(home.etc / "profile.json")}
        application = SharedDataMiddleware(application, profile, cache=False)
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
    from nova.context import get_admin_context
    from nova.objects.host_mapping import discover_hosts
    from nova.scheduler import rpcapi as scheduler
    from nova.service import Service

    Service.create(binary="nova-conductor", topic=conductor.RPC_TOPIC).start()
    Service.create(binary="nova-scheduler", topic=scheduler.RPC_TOPIC).start()
    # Events from Neutron, and resize, arrive on the second topic.
    Service.create(binary="nova-compute", topic=compute.RPC_TOPIC, topic_alt=compute.RPC_TOPIC_ALT).start()
    discover_hosts(get_admin_context())

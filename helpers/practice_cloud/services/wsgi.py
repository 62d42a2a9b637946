"""Serve one OpenStack service in this process."""

import importlib
import logging
import os
import socket
import sys

import waitress

from . import SERVICES, sqlite


def use_configuration(clouds_yaml: str) -> None:
    """Point the services at their configuration files, through the environment variables that each of them reads."""
    for name, service in SERVICES.items():
        os.environ[f"OS_{name.upper()}_CONFIG_DIR"] = "etc"
        os.environ.update(service.environment)
    os.environ["OS_CLIENT_CONFIG_FILE"] = clouds_yaml


def _load_policy(module: str) -> None:
    """Load a service's policy once; otherwise it would look for a changed policy file at every check."""
    policy = importlib.import_module(module)
    policy.init()
    policy._ENFORCER.use_conf = False


def serve(name: str, listener: socket.socket) -> None:
    """Answer API requests on a listening socket until this process ends."""
    service = SERVICES[name]
    sys.argv = [name]
    sqlite.enforce_foreign_keys()
    service.pre_import()
    application = importlib.import_module(service.application).application
    service.before_requests()
    if service.policy:
        _load_policy(service.policy)
    application = service.wrap_application(application)
    # Requests may queue, and at a service with one thread they do: this deserves no warning.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    limits = {"threads": service.threads, "connection_limit": 900, "asyncore_use_poll": True}
    waitress.serve(application, sockets=[listener], _quiet=True, **limits)

"""Serve one OpenStack service in this process."""

import importlib
import logging
import os
import socket
import sys
from multiprocessing.synchronize import Event
from typing import Any

import waitress
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from . import SERVICES, sqlite


def use_configuration(clouds_yaml: str) -> None:
    """Point the services at their configuration files, through the environment variables that each of them reads."""
    for name, service in SERVICES.items():
        os.environ[f"OS_{name.upper()}_CONFIG_DIR"] = "etc"
        os.environ.update(service.environment)
    os.environ["OS_CLIENT_CONFIG_FILE"] = clouds_yaml


def load(name: str) -> Any:
    """Load a service up to its first request, and return its WSGI application."""
    service = SERVICES[name]
    sys.argv = [name]
    service.pre_import()
    application = importlib.import_module(service.application).application
    service.before_requests()
    if service.policy:
        policy = importlib.import_module(service.policy)
        policy.init()
        # Otherwise, every check of a rule looks for a changed policy file.
        policy._ENFORCER.use_conf = False
    return application


def serve(name: str, listener: socket.socket, users_exist: Event) -> None:
    """Answer API requests on a listening socket until this process ends.

    Args:
        name: The name of the service.
        listener: The socket.
        users_exist: Set once Keystone has the services' users, as which the other services log in.
    """
    service = SERVICES[name]
    sqlite.enforce_foreign_keys()
    application = load(name)
    if beside := {other.path: load(other.name) for other in SERVICES.values() if other.runs_in == name}:
        application = DispatcherMiddleware(application, beside)
    if service.depends_on:
        users_exist.wait()
    application = service.wrap_application(application)
    # Requests may queue, and at a service with one thread they do: this deserves no warning.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    limits = {"threads": service.threads, "connection_limit": 900, "asyncore_use_poll": True}
    waitress.serve(application, sockets=[listener], _quiet=True, **limits)

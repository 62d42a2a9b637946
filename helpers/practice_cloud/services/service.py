"""The description of an OpenStack service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Command = tuple[str, ...]


@dataclass(frozen=True)
class Service:
    """One of OpenStack's services, as the practice cloud runs it.

    Attributes:
        name: The name of its Python package, and of its user in Keystone.
        type: Its type in the service catalog of every OpenStack cloud.
        distribution: Its name on PyPI.
        application: The module that has its WSGI application.
        configuration: The name of its configuration file, whose template is beside the description.
        path: The path at which its API begins.
        runs_in: The service in whose process it runs, and whose port it shares; it needs a path of its own there.
        catalog_key: The key of the catalog that disables it by being false.
        depends_on: The services that it calls when it starts.
        folders: Its folders in the state, which are initially empty.
        setup_commands: The commands that its manage program runs once, in this order.
        create_tables: Creates its tables if its manage program cannot.
        finish_setup: Called after these commands.
        environment: The environment variables that it reads.
        threads: The number of requests that it answers at the same time.
        policy: The module with its policy, which is loaded once, before the first request.
        pre_import: Called before its application is imported.
        before_requests: Called before the first request. It makes what that request would otherwise make, and
            what other requests at the same time would see half made.
        wrap_application: Called with the application; returns the application to serve.
    """

    name: str
    type: str
    distribution: str
    application: str
    configuration: str
    path: str = ""
    runs_in: str = ""
    catalog_key: str = ""
    depends_on: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    setup_commands: tuple[Command, ...] = ()
    create_tables: Callable[[], None] | None = None
    finish_setup: Callable[[], None] = lambda: None
    environment: Mapping[str, str] = field(default_factory=dict)
    threads: int = 8
    policy: str = ""
    pre_import: Callable[[], None] = lambda: None
    before_requests: Callable[[], None] = lambda: None
    wrap_application: Callable[[Any], Any] = lambda application: application

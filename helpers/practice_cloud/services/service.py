"""What there is to know about one of OpenStack's services."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Command = tuple[str, ...]


@dataclass(frozen=True)
class Service:
    """One of OpenStack's services, as the practice cloud runs it.

    Attributes:
        name: The name of its Python package, and of its user in Keystone.
        type: What the catalog of every OpenStack cloud calls it.
        distribution: Its name on PyPI.
        application: The module that has its WSGI application.
        configuration: The name of its configuration file, which stands beside the description.
        path: Where its API begins.
        catalog_key: The key of the catalog that leaves it out where it is false.
        depends_on: The services that it calls while it starts.
        folders: Its folders in the state, which are empty at first.
        setup_commands: What its manage program has to do once, a command after the other.
        create_tables: Makes its tables where its manage program cannot.
        environment: The environment variables that it reads.
        threads: How many requests it answers at a time.
        pre_import: Is called before its application is imported.
        before_requests: Makes what the service would otherwise make while it answers its first request, and what other
            requests that come at the same time would see half made.
        wrap_application: Is called with the application, and returns what to serve.
    """

    name: str
    type: str
    distribution: str
    application: str
    configuration: str
    path: str = ""
    catalog_key: str = ""
    depends_on: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    setup_commands: tuple[Command, ...] = ()
    create_tables: Callable[[], None] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    threads: int = 8
    pre_import: Callable[[], None] = lambda: None
    before_requests: Callable[[], None] = lambda: None
    wrap_application: Callable[[Any], Any] = lambda application: application

"""OpenStack's services; each has a folder with its description, its configuration template and its drivers."""

from graphlib import TopologicalSorter
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from .service import Service


def _described() -> dict[str, Service]:
    """Return the services that the folders describe, each after those that it depends on."""
    folders = [module.name for module in iter_modules(__path__) if module.ispkg]
    services = {name: import_module(f"{__name__}.{name}").SERVICE for name in folders}
    order = TopologicalSorter({name: service.depends_on for name, service in services.items()}).static_order()
    return {name: services[name] for name in order}


def enabled_services(catalog: dict[str, Any]) -> dict[str, Service]:
    """Return the services that a catalog enables."""
    return {name: service for name, service in SERVICES.items() if catalog.get(service.catalog_key, True)}


SERVICES = _described()

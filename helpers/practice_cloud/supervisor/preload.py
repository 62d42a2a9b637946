"""Import what several services need once, before the forks, so that they share memory and start sooner."""

import gc
import importlib
from pathlib import Path

import oslo_service.backend
import stevedore

from ..base.optional_imports import SLOW_OPTIONAL, without_modules
from ..services.keystone.saml import load_schemas_late


def preload() -> None:
    """Import the modules that preload.txt lists."""
    load_schemas_late()
    # OpenStack's libraries choose a threading model at import: without eventlet, they choose Python's threads.
    with without_modules("eventlet", SLOW_OPTIONAL):
        oslo_service.backend.init_backend(oslo_service.backend.BackendType.THREADING)
        for module in Path(__file__).with_name("preload.txt").read_text().split():
            importlib.import_module(module)
    # Read the entry points of all packages once; stevedore keeps them for every fork.
    stevedore.ExtensionManager("none of these")
    gc.freeze()

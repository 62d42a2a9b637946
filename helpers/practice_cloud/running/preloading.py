"""Import what several services need, once, so that they share the memory and start sooner."""

import gc
import importlib
import sys
from pathlib import Path

import oslo_service.backend

# OpenStack's libraries choose a threading model when they are imported: as long as there is no eventlet, Python's
# threads. jsonschema does without rfc3987_syntax, whose import takes longer than all the others'.
_HIDDEN = ("eventlet", "rfc3987_syntax")


def preload() -> None:
    """Import the modules that preload.txt lists."""
    for name in _HIDDEN:
        sys.modules[name] = None  # pyright: ignore[reportArgumentType]
    oslo_service.backend.init_backend(oslo_service.backend.BackendType.THREADING)
    for module in Path(__file__).with_name("preload.txt").read_text().split():
        importlib.import_module(module)
    for name in _HIDDEN:
        del sys.modules[name]
    gc.freeze()

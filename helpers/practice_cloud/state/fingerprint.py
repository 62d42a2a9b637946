"""What the state of a practice cloud is made of: a state that was made of something else is built anew."""

import ast
import hashlib
import importlib.metadata
import inspect
import json
import textwrap
from pathlib import Path
from typing import Any

from ..services import enabled_services

# The rest of the catalog (hypervisor, quotas, how much room there is for volumes) is configuration, which counts from
# the next start on.
_IN_THE_STATE = ("region", "user", "project", "flavors", "images", "networks")
# How messages name the digest of the build's code, and how the previous edition named it.
_BUILD, _PREVIOUS_BUILD = "the build", "the way in which it is built"
_CODE = [Path(__file__).with_name(name).read_text() for name in ("build.py", "seed.py")]


def fingerprint(catalog: dict[str, Any], passwords: dict[str, str]) -> dict[str, str]:
    """Tell what a state is made of, by the names that a message gives to it."""
    services = enabled_services(catalog)
    setup_commands = [(name, service.setup_commands) for name, service in services.items()]
    tables = [inspect.getsource(service.create_tables) for service in services.values() if service.create_tables]
    return {
        **{name: importlib.metadata.version(service.distribution) for name, service in services.items()},
        "the catalog": _digest([{key: catalog[key] for key in _IN_THE_STATE}, list(services)]),
        _BUILD: _digest([setup_commands, *map(_instructions, _CODE + tables)]),
        "secrets.json": _digest(passwords),
    }


def changed_inputs(old: dict[str, str], new: dict[str, str]) -> str:
    """Name what differs between two fingerprints; the previous edition's build made the same state as this one."""
    ignored = {_BUILD, _PREVIOUS_BUILD} if _PREVIOUS_BUILD in old | new else set()
    return " and ".join(name for name in new if name not in ignored and old.get(name) != new[name])


def _instructions(source: str) -> str:
    """Return what code does; comments and docstrings may change without an effect on the state."""
    tree = ast.parse(textwrap.dedent(source))
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value.value = None
    return ast.dump(tree)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()

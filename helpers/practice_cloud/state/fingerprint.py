"""Fingerprint the inputs of the state: if one of them changes, the state is rebuilt."""

import ast
import hashlib
import importlib.metadata
import inspect
import json
import textwrap
from pathlib import Path
from typing import Any

from ..services import enabled_services

# The rest of the catalog (hypervisor, quotas, capacity for volumes) is configuration, which every start applies.
_IN_THE_STATE = ("region", "user", "project", "flavors", "images", "networks")
# The name of the digest of the build's code, and the name that the previous edition gave to its own.
_BUILD, _PREVIOUS_BUILD = "the build", "the way in which it is built"
_CODE = [Path(__file__).with_name(name).read_text() for name in ("build.py", "seed.py", "projects.py")]


def fingerprint(catalog: dict[str, Any], passwords: dict[str, str]) -> dict[str, str]:
    """Return the inputs of a state as versions and digests, by the names that messages use."""
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
    """Name the inputs that differ; the previous edition's build made the same state as this one."""
    ignored = {_BUILD, _PREVIOUS_BUILD} if _PREVIOUS_BUILD in old | new else set()
    return " and ".join(name for name in new if name not in ignored and old.get(name) != new[name])


def _instructions(source: str) -> str:
    """Return code without its comments and docstrings, which have no effect on the state."""
    tree = ast.parse(textwrap.dedent(source))
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value.value = None
    return ast.dump(tree)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()

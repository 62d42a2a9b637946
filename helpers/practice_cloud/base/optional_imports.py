"""Import libraries without optional modules that they do not need here."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# jsonschema uses it to check some formats; importing it takes longer than all the rest.
SLOW_OPTIONAL = "rfc3987_syntax"


@contextmanager
def without_modules(*modules: str) -> Iterator[None]:
    """Make optional modules look uninstalled inside the with block."""
    imported = {name: sys.modules.get(name) for name in modules}
    sys.modules.update(dict.fromkeys(modules))  # pyright: ignore[reportArgumentType, reportCallIssue]
    try:
        yield
    finally:
        for name, module in imported.items():
            if module:
                sys.modules[name] = module
            else:
                del sys.modules[name]

"""Import libraries without what they do not need here."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# What jsonschema checks some formats with: importing it takes longer than all the rest.
SLOW_OPTIONAL = "rfc3987_syntax"


@contextmanager
def without_modules(*modules: str) -> Iterator[None]:
    """Let optional modules be as if they were not installed, for what is imported meanwhile."""
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

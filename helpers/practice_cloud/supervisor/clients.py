"""The clients of a practice cloud: it ends with the last JupyterLab that uses it."""

import os

import psutil

from ..base.home import Home

# The system's first process.
_ALWAYS_THERE = "1"


def register_client(home: Home, client: int | None = None) -> None:
    """Register a process as a client: by default this kernel's JupyterLab, or, outside it, one that never ends."""
    home.create()
    (home.clients / str(client or os.environ.get("JPY_PARENT_PID", _ALWAYS_THERE))).touch(mode=0o600)


def has_clients(home: Home) -> bool:
    """Tell whether a client is still running."""
    return any(psutil.pid_exists(int(client.name)) for client in home.clients.iterdir() if client.name.isdigit())

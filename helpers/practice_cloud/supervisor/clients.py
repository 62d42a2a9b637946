"""Who uses a practice cloud: it ends with the last JupyterLab that does."""

import os

import psutil

from ..base.home import Home

# The system's first process.
_ALWAYS_THERE = "1"


def register_client(home: Home) -> None:
    """Note that this kernel's JupyterLab uses the cloud, or, outside of one, that somebody always does."""
    home.create()
    (home.clients / os.environ.get("JPY_PARENT_PID", _ALWAYS_THERE)).touch(mode=0o600)


def has_clients(home: Home) -> bool:
    """Tell whether one of the users is still there."""
    return any(psutil.pid_exists(int(user.name)) for user in home.clients.iterdir() if user.name.isdigit())

"""Look at a practice cloud, from any process and without a lock that others might want."""

from typing import Any

import psutil
import requests

from ..base import json_store
from ..base.home import Home
from ..gateway import GATEWAY
from ..services import SERVICES

SUPERVISOR = "practice_cloud.supervisor.supervisor"
# The second is the previous edition's, which may still run after an update.
_SUPERVISORS = (SUPERVISOR, "helpers.practice_cloud.running.supervisor")


def status() -> dict[str, Any]:
    """Tell whether the practice cloud runs, where it is kept, and how each service does.

    Returns:
        running (whether all answer), home, clouds_yaml, message, and services: the pid, url and state (up, starting
        or down) of each OpenStack service, and of the gateway to the servers.
    """
    home = Home()
    facts = reported_status(home)
    if not supervisor_process(home):
        facts["pids"] = {}
        facts["message"] = facts["message"] if facts["message"].startswith("failed") else "stopped"
    services = {}
    for name, url in facts["urls"].items():
        pid = facts["pids"].get(name)
        services[name] = {"pid": pid, "url": url, "state": "down" if not pid else "up" if _answers(url) else "starting"}
    waiting = [name for name, service in services.items() if service["state"] != "up"]
    if waiting and facts["message"] == "ready":
        facts["message"] = f"starting {', '.join(waiting)}"
    place = {"home": str(home.root), "clouds_yaml": str(home.clouds_yaml)}
    return {"running": facts["message"] == "ready", "message": facts["message"], **place, "services": services}


def reported_status(home: Home) -> dict[str, Any]:
    """Return what the supervisor said last; whatever is not as it writes it counts as not said."""
    said = json_store.load(home, "status")
    urls, pids = (value if isinstance(value := said.get(key), dict) else {} for key in ("urls", "pids"))
    return {
        "message": str(said.get("message", "stopped")),
        "urls": {name: url for name in (*SERVICES, GATEWAY) if isinstance(url := urls.get(name), str)},
        "pids": {name: pid for name in (*SERVICES, GATEWAY) if isinstance(pid := pids.get(name), int)},
    }


def supervisor_process(home: Home) -> psutil.Process | None:
    """Return the process that keeps this cloud up, if there is one.

    Numbers of processes are used again, so the number alone is not enough: the command line has to name this home.
    """
    try:
        process = psutil.Process(json_store.load(home, "status").get("pid"))
        *_, module, folder = process.cmdline()
        return process if module in _SUPERVISORS and folder == str(home.root.resolve()) else None
    except (psutil.Error, TypeError, ValueError, OverflowError):
        return None


def _answers(url: str) -> bool:
    """Tell whether an API answers anything within half a second; "log in first" is an answer too."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            return session.get(url, timeout=0.5).status_code < 500
        except requests.RequestException:
            return False

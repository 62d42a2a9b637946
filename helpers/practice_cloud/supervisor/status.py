"""Report the status of a practice cloud, from any process and without a lock."""

from typing import Any

import psutil
import requests

from ..base import json_store
from ..base.home import Home
from ..base.learner import membership
from ..gateway import GATEWAY
from ..services import SERVICES

SUPERVISOR = "practice_cloud.supervisor.supervisor"
# The second is the previous edition's, which may still be running after an update.
_SUPERVISORS = (SUPERVISOR, "helpers.practice_cloud.running.supervisor")
# The cloud of a class may be busy.
CLASS_SECONDS = 20
_OWN_SECONDS = 0.5


def status(home: Home) -> dict[str, Any]:
    """Combine what the supervisor reported with whether it runs and whether its services answer."""
    facts, is_learners = reported_status(home), bool(membership(home))
    if not is_learners and not supervisor_process(home):
        facts["pids"] = {}
        facts["message"] = facts["message"] if facts["message"].startswith("failed") else "stopped"
    urls, seconds = facts["urls"], _OWN_SECONDS
    if is_learners:
        # One patient request is enough in a class: those that a learner then makes to other services wait as well.
        urls, seconds = {name: url for name, url in urls.items() if name == "keystone"}, CLASS_SECONDS
    services = {}
    for name, url in urls.items():
        pid = facts["pids"].get(name)
        is_up = (pid or is_learners) and _answers(url, seconds)
        services[name] = {"pid": pid, "url": url, "state": "up" if is_up else "starting" if pid else "down"}
    waiting = [name for name, service in services.items() if service["state"] != "up"]
    if waiting and facts["message"] == "ready":
        facts["message"] = f"{'waiting for' if is_learners else 'starting'} {', '.join(waiting)}"
    place = {"home": str(home.root), "clouds_yaml": str(home.clouds_yaml)}
    return {"running": facts["message"] == "ready", "message": facts["message"], **place, "services": services}


def reported_status(home: Home) -> dict[str, Any]:
    """Return what the supervisor reported last; values of the wrong type count as missing."""
    said = json_store.load(home, "status")
    urls, pids = (value if isinstance(value := said.get(key), dict) else {} for key in ("urls", "pids"))
    return {
        "message": str(said.get("message", "stopped")),
        "learners": learners if isinstance(learners := said.get("learners"), int) else 0,
        "urls": {name: url for name in (*SERVICES, GATEWAY) if isinstance(url := urls.get(name), str)},
        "pids": {name: pid for name in (*SERVICES, GATEWAY) if isinstance(pid := pids.get(name), int)},
    }


def supervisor_process(home: Home) -> psutil.Process | None:
    """Return the supervisor of this cloud, if it is running.

    Systems reuse process IDs, so the ID alone is not enough: the command line must name this home.
    """
    try:
        process = psutil.Process(json_store.load(home, "status").get("pid"))
        *_, module, folder = process.cmdline()
        return process if module in _SUPERVISORS and folder == str(home.root.resolve()) else None
    except (psutil.Error, TypeError, ValueError, OverflowError):
        return None


def _answers(url: str, seconds: float) -> bool:
    """Tell whether an API answers in time; "log in first" is an answer, too."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            return session.get(url, timeout=seconds).status_code < 500
        except requests.RequestException:
            return False

"""A class: learners who share one cloud, each in a project of their own."""

import ipaddress
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..base import json_store
from ..base.catalog import load_catalog
from ..base.errors import PracticeCloudError
from ..base.home import Home
from ..base.json_store import write_private
from ..base.learner import learner_name, learner_password
from .client_files import write_clouds_yaml, write_ssh_config
from .status import reported_status

if TYPE_CHECKING:
    from openstack.connection import Connection

# What the course needs at most. With a router, this many addresses for each learner, and for the project course.
_FLOATING_IPS = 3
_ADDRESSES = _FLOATING_IPS + 1
# Source addresses end in 7 for the first learner and 254 for the last.
_MOST = 248
# The network, the gateway and the broadcast address.
_RESERVED = 3
_CONFLICT = 409


def add_learners(home: Home, number: int, report: Callable[[str], None]) -> None:
    """Add learners to a running cloud until it has so many; those who are there stay as they are.

    Raises:
        PracticeCloudError: So many do not fit; the message says how many do.
    """
    wanted = max(number, json_store.load(home, "learners").get("wanted", 0), reported_status(home)["learners"])
    if wanted <= count_learners(home):
        return
    catalog = load_catalog(home)
    _check_room(wanted, catalog)
    json_store.save(home, "learners", {"wanted": wanted})
    with home.changing():
        admin = operator(home)
        for next_number in range(count_learners(home) + 1, wanted + 1):
            report(f"adding learner {next_number} of {wanted}")
            _renew(admin, home, catalog, learner_name(next_number))
            _grow_hypervisor(admin, next_number)
            write_private(home.learners_file, json.dumps(next_number))


def count_learners(home: Home) -> int:
    """Return how many learners the cloud has in its present state."""
    try:
        return int(home.learners_file.read_text())
    except (OSError, ValueError):
        return 0


def reset_learner(home: Home, number: int) -> None:
    """Put one learner's project back: delete what is in it, and create its user and network again.

    Raises:
        PracticeCloudError: There is no such learner.
    """
    _check_exists(home, number)
    with home.changing():
        _renew(operator(home), home, load_catalog(home), learner_name(number))


def write_folder(home: Home, number: int, folder: Path) -> Path:
    """Write what leads a learner to the cloud into a folder, whose files only its owner can read.

    Raises:
        PracticeCloudError: There is no such learner.
    """
    _check_exists(home, number)
    catalog, urls, target, name = load_catalog(home), reported_status(home)["urls"], Home(folder), learner_name(number)
    if json_store.load(target, "secrets"):
        raise PracticeCloudError(f"{target.root} is the folder of a practice cloud. Choose a new folder.")
    target.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.root.chmod(0o700)
    logins = {"practice": (name, learner_password(home, name, "user"), name)}
    write_clouds_yaml(target, catalog["region"], urls["keystone"], logins)
    write_ssh_config(target, catalog)
    write_private(target.known_hosts, "")  # It replaces a link that the learner may have put there.
    json_store.save(target, "status", {"message": "ready", "urls": urls})
    password = learner_password(home, name, "gateway")
    json_store.save(target, "class", {"name": name, "password": password})
    return target.root


def _renew(admin: "Connection", home: Home, catalog: dict[str, Any], name: str) -> None:
    """Make a learner's project as new; it may be full, half made, or not there."""
    from ..state import projects

    identity: Any = admin.identity
    password = learner_password(home, name, "user")
    project = identity.find_project(name) or identity.create_project(name=name, domain_id="default")
    if user := identity.find_user(name):
        projects.delete_user(admin, user)
    projects.create_user(identity, project.id, name, password)
    conn = projects.log_in(home.clouds_yaml, "practice", username=name, password=password, project_name=name)
    projects.empty_project(admin, conn)
    admin.network.update_quota(project.id, floating_ips=min(_FLOATING_IPS, catalog["quotas"]["floating_ips"]))
    outside = admin.network.find_network(catalog["networks"]["external"]["name"], ignore_missing=False)
    projects.create_project_network(conn.network, catalog["networks"]["project"], outside.id)


def operator(home: Home) -> "Connection":
    """Log in as the operator."""
    from ..state import projects  # It imports the SDK, which takes a second.

    return projects.log_in(home.clouds_yaml, "practice-admin")


def _grow_hypervisor(admin: "Connection", learners: int) -> None:
    """Let each learner have as much room as one has alone; the largest server stays as large as before."""
    for provider in admin.placement.resource_providers():
        path, status = f"/resource_providers/{provider.id}/inventories", _CONFLICT
        # Nova reports its inventory at any time.
        while status == _CONFLICT:
            body = admin.placement.get(path).json()
            for inventory in body["inventories"].values():
                inventory["allocation_ratio"] *= learners / max(1, learners - 1)
            status = admin.placement.put(path, json=body).status_code


def _check_room(learners: int, catalog: dict[str, Any]) -> None:
    external = ipaddress.ip_network(catalog["networks"]["external"]["cidr"])
    if external.is_loopback:
        raise PracticeCloudError(
            f"A class needs an external network outside 127.0.0.0/8, unlike {external}: there, everybody who uses "
            "this machine reaches everybody's servers."
        )
    room = min(_MOST, (external.num_addresses - _RESERVED) // _ADDRESSES - 1)
    if learners > room:
        raise PracticeCloudError(
            f"{learners} learners do not fit: {room} do. Each needs {_ADDRESSES} addresses of the external network, "
            f"{external}; a larger one in catalog.yaml rebuilds the cloud."
        )


def _check_exists(home: Home, number: int) -> None:
    if not 1 <= number <= (there := count_learners(home)):
        advice = f"practice-cloud start --learners {number}"
        raise PracticeCloudError(f"There is no {learner_name(number)}: the class has {there}. Add learners: {advice}")

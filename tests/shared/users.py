"""Many users at once: what each of them is answered, compared with what the same user is answered alone."""

import itertools
import json
import random
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import openstack
import requests
from keystoneauth1.exceptions import ClientException
from openstack.connection import Connection

ROLES = ("member", "reader")
# What a user asks each service: all of it is about this user or project, or differs with the role.
CALLS = (
    ("identity", "/users/{user}"),
    ("identity", "/users/{user}/application_credentials"),
    ("identity", "/users/{other}/application_credentials"),
    ("identity", "/auth/projects"),
    ("identity", "/role_assignments?user.id={user}"),
    ("compute", "/os-keypairs"),
    ("compute", "/limits"),
    ("compute", "/os-services"),
    ("network", "/networks"),
    ("network", "/security-groups"),
    ("network", "/quotas/{project}"),
    ("network", "/agents"),
    ("image", "/images"),
    ("block-storage", "/volumes/detail"),
    ("block-storage", "/limits"),
    ("placement", "/resource_providers"),
)


@dataclass(frozen=True)
class User:
    """A user, and the user whose secrets must not be seen."""

    conn: Connection
    other: str


def enroll_many(number: int) -> list[User]:
    """Make users with different roles, two of them in each project, and something of everybody's own."""
    admin = openstack.connect(cloud="practice-admin")
    made = []
    for project_number, roles in zip(range(number // len(ROLES)), itertools.repeat(ROLES), strict=False):
        project = admin.identity.create_project(name=f"project-{project_number}", domain_id="default")
        for role in roles:
            made.append(_enroll(admin, f"{role}-{project_number}", project, role))
    ids = [conn.current_user_id for conn in made]
    return [User(conn, other) for conn, other in zip(made, ids[1:] + ids[:1], strict=True)]


def _enroll(admin: Connection, name: str, project: Any, role: str) -> Connection:
    user = admin.identity.create_user(name=name, password=name, domain_id="default")
    admin.identity.assign_project_role_to_user(project, user, admin.identity.find_role(role))
    login = {"username": name, "password": name, "project_name": project.name}
    conn = openstack.connect(cloud="practice", auth=login)
    conn.identity.create_application_credential(conn.current_user_id, name=name)
    conn.create_keypair(name)
    if role == "member":
        conn.create_network(name)
        conn.create_security_group(name, name)
        conn.image.create_image(name=name, data=b"image", disk_format="raw", container_format="bare")
        conn.block_storage.wait_for_status(
            conn.block_storage.create_volume(name=name, size=1), "available", interval=0.2
        )
    return conn


def ask(user: User, call: tuple[str, str]) -> tuple[int, Any]:
    """Ask one service, and return the status and the answer, without the ids of requests."""
    conn, (service, path) = user.conn, call
    words = {"user": conn.current_user_id, "project": conn.current_project_id, "other": user.other}
    api = getattr(conn, service.replace("-", "_")) if service != "placement" else conn.placement
    answer = api.get(path.format(**words), raise_exc=False)
    body = answer.json()
    if isinstance(body, dict) and "errors" in body:
        body = [{key: value for key, value in error.items() if key != "request_id"} for error in body["errors"]]
    return answer.status_code, json.dumps(body, sort_keys=True)


def log_in(user: User) -> tuple[int, Any]:
    """Get a new token, and return whose it is and for which project."""
    auth = {key: user.conn.config.auth[key] for key in ("username", "password", "project_name")}
    identity = {"name": auth["username"], "password": auth["password"], "domain": {"id": "default"}}
    scope = {"project": {"name": auth["project_name"], "domain": {"id": "default"}}}
    body = {"auth": {"identity": {"methods": ["password"], "password": {"user": identity}}, "scope": scope}}
    answer = requests.post(f"{user.conn.config.auth['auth_url']}/auth/tokens", json=body, timeout=60)
    token = answer.json().get("token", {})
    return answer.status_code, [token.get("user", {}).get("id"), token.get("project", {}).get("id"), token.get("roles")]


def wrong_answers(users: Iterable[User], calls: int, during: Callable[[], None] = lambda: None) -> list[str]:
    """Ask everything alone, then at once with the others, so many calls in all; return what differs.

    An outage is no wrong answer: 500 and more, and a connection that ends, are left out.

    Args:
        users: Who asks.
        calls: How many calls they make together.
        during: Is called while they ask.
    """
    questions = [(user, log_in) for user in users]
    questions += [(user, lambda user, call=call: ask(user, call)) for user in users for call in CALLS]
    alone = [question(user) for user, question in questions]
    assert all(status < requests.codes.server_error for status, _ in alone), alone
    order = [number % len(questions) for number in range(calls)]
    random.Random(0).shuffle(order)

    def differs(number: int) -> str:
        user, question = questions[number]
        try:
            answer = question(user)
        except (requests.ConnectionError, ClientException, openstack.exceptions.SDKException) as error:
            return "" if _is_outage(error) else repr(error)
        is_right = answer == alone[number] or answer[0] >= requests.codes.server_error
        return "" if is_right else f"{answer} instead of {alone[number]}"

    with ThreadPoolExecutor(len(list(users))) as pool:
        results = pool.map(differs, order)
        during()
        return [result for result in results if result]


def _is_outage(error: Exception) -> bool:
    status = getattr(error, "http_status", None) or getattr(error, "status_code", None)
    return status is None or status >= requests.codes.server_error

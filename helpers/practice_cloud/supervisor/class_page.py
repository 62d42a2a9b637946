"""A table for the teacher of a class: how far each learner is, from the APIs, as the operator."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from ..base.errors import PracticeCloudError
from ..base.home import Home
from ..base.learner import learner_name
from .learners import count_learners, operator

_SECONDS = 5
_HEAD = ("learner", "servers", "addresses", "volumes", "last change", "seconds since")


def watch(home: Home) -> Iterator[str]:
    """Yield a table with the learners of a class again and again, every five seconds.

    Each has what the learner uses of each quota, the resource that changed last, and the seconds since.

    Raises:
        PracticeCloudError: The cloud has no learners.
    """
    if not (learners := count_learners(home)):
        raise PracticeCloudError("The practice cloud has no learners. Add some: practice-cloud start --learners 30")
    admin = operator(home)
    ids = {project.name: project.id for project in admin.identity.projects()}
    names = [name for name in map(learner_name, range(1, learners + 1)) if name in ids]
    quotas = {name: _quotas(admin, ids[name]) for name in names}
    while True:
        found = _resources(admin)
        yield _align([_HEAD, *(_row(name, quotas[name], found[ids[name]]) for name in names)])
        time.sleep(_SECONDS)


def _quotas(admin: Any, project: str) -> dict[str, int]:
    has_volumes = admin.has_service("block-storage")
    return {
        "server": admin.compute.get_quota_set(project).instances,
        "address": admin.network.get_quota(project).floating_ips,
        "volume": admin.block_storage.get_quota_set(project).volumes if has_volumes else 0,
    }


def _resources(admin: Any) -> dict[str, list[tuple[str, Any]]]:
    """Ask each API once for what all projects have, and return it by project, each with its kind."""
    lists = {
        "server": admin.compute.servers(all_projects=True),
        "address": admin.network.ips(),
        "volume": admin.block_storage.volumes(all_projects=True) if admin.has_service("block-storage") else (),
        "security group": admin.network.security_groups(),
        "network": admin.network.networks(),
    }
    found = defaultdict(list)
    for kind, resources in lists.items():
        for resource in resources:
            found[resource.project_id].append((kind, resource))
    return found


def _row(name: str, quotas: dict[str, int], found: list[tuple[str, Any]]) -> tuple[str, ...]:
    kinds = [kind for kind, _ in found]
    used = [f"{kinds.count(kind)} of {most}" for kind, most in quotas.items()]
    when, what = max((_changed(one), f"{kind} {_label(one)}") for kind, one in found)
    return (name, *used, what, f"{(datetime.now(UTC) - when).total_seconds():.0f}")


def _label(resource: Any) -> str:
    return getattr(resource, "floating_ip_address", None) or resource.name


def _changed(resource: Any) -> datetime:
    text = resource.updated_at or resource.created_at
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)


def _align(rows: Iterable[tuple[str, ...]]) -> str:
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows)

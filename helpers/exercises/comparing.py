"""Compare what a learner found with what there is."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from openstack.compute.v2.server import Server
from openstack.connection import Connection
from openstack.resource import Resource

from helpers.filters import filter_marked

NUMBER = "the answer is to be a number, without quotes or brackets."
ONLY_ONCE = "a generator can be read only once. Run the cell that makes it again, and then this one."


def gone(what: str) -> str:
    """Return what to do where something is not there any more that a notebook has made."""
    return f"The {what} is there no more. Run the notebook from the top: it makes a new one."


def without_the_mark(conn: Connection, servers: Iterable[Server]) -> list[Server]:
    """Return those of some servers that the learner has made without the mark; others' are none of them."""
    return [s for s in servers if not filter_marked([s]) and s.user_id == conn.current_user_id]


def not_one(resources: Iterable[Resource], kind: str, name: str) -> str | None:
    """Return a hint where there is not exactly one resource of a name with the mark, and on one that lacks it."""
    named = [resource for resource in resources if resource.name == name]
    marked = filter_marked(named)
    if len(marked) == 1:
        return None
    hint = f"{len(marked)} {kind}s are called {name} and have the course's description. There is to be one."
    if lost := [resource for resource in named if resource not in marked]:
        hint += (
            f" There is a {kind} {name} without it ({lost[0].id}). If it is yours, delete it by this id: it would stay."
        )
    return hint


def compare(answer: Any, right: Sequence[Resource], hint: str) -> str | None:
    """Return a hint where the answer is not these resources, in any order and any collection.

    Args:
        answer: A collection of resources, of their names or ids, or of tuples of these.
        right: The resources that it is to have.
        hint: What to try, where some are missing or too many.
    """
    # A dictionary with an id is one thing, too; some calls return them.
    one = isinstance(answer, str | Resource) or (isinstance(answer, dict) and "id" in answer)
    if one or not isinstance(answer, Iterable):
        return "the answer is to be a list."
    items = list(answer)
    if not items and isinstance(answer, Iterator):
        return ONLY_ONCE
    found = [meant(item, right) for item in items]
    missing, wrong = len(right) - len(set(found) - {None}), len(found) - len(set(found) - {None})
    if items and not any(found):
        hint += " (The things themselves will do, their names, or their ids.)"
    return f"{missing} missing, {wrong} too many. {hint}" if missing or wrong else None


def meant(item: Any, resources: Sequence[Resource]) -> str | None:
    """Return the id of the resource that is meant by a resource, its to_dict(), an id, a name, or a tuple of these."""
    if isinstance(item, Resource):
        item = item.id
    elif isinstance(item, dict):
        item = item.get("id")
    names = set(map(str, item)) if isinstance(item, tuple | list) else {str(item)}
    return next((r.id for r in resources if names & {r.id, r.name}), None)

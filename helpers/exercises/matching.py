"""Compare a learner's answer with what the cloud has, and the hints that several checks share."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from openstack.compute.v2.server import Server
from openstack.connection import Connection
from openstack.resource import Resource

from helpers.filters import filter_marked

# What a check yields: a hint, or anything that is false.
Hints = Iterator[Any]

DELETE_BY_ID = "Pass ids, not objects, to the delete calls: False means that they found nothing."
ONLY_ONCE = "A generator can be read only once. Run the cell that makes it again, and then this one."


def unless_number(answer: Any) -> str | None:
    """Return a hint if an answer is text or a list but the task asks for a number."""
    return "The answer must be a number, without quotes or brackets." if isinstance(answer, str | list) else None


def gone_hint(what: str) -> str:
    """Return what to do if something that a notebook has created no longer exists."""
    return f"The {what} no longer exists. Run the notebook from the top to create a new one."


def unmarked_of_learner(conn: Connection, servers: Iterable[Server]) -> list[Server]:
    """Return the servers that the learner has created without the mark; others' are not among them."""
    return [s for s in servers if not filter_marked([s]) and s.user_id == conn.current_user_id]


def require_one(resources: Iterable[Resource], kind: str, name: str) -> Hints:
    """Yield a hint unless exactly one resource of a name has the mark; it also says which resource lacks the mark."""
    named = [resource for resource in resources if resource.name == name]
    marked = filter_marked(named)
    hint = f"There must be exactly one {kind} {name} with the course's description, but there are {len(marked)}."
    if lost := [resource.id for resource in named if resource not in marked]:
        hint += (
            f" {kind.capitalize()} {lost[0]} has that name, but not the description. If it is yours, delete it by id."
        )
    yield len(marked) != 1 and hint


def diff(answer: Any, right: Sequence[Resource], hint: str) -> Hints:
    """Yield hints unless the answer is these resources, in any order and any collection.

    Args:
        answer: A collection of resources, of their names or ids, or of tuples of these.
        right: The resources that it must have.
        hint: What to try if some are missing, or some are too many.
    """
    # A dictionary with an id is one resource, too; some calls return them.
    one = isinstance(answer, str | Resource) or (isinstance(answer, dict) and "id" in answer)
    yield (one or not isinstance(answer, Iterable)) and "The answer must be a list."
    items = list(answer)
    yield not items and isinstance(answer, Iterator) and ONLY_ONCE
    found = [resolve_id(item, right) for item in items]
    missing, wrong = len(right) - len(set(found) - {None}), len(found) - len(set(found) - {None})
    counts = (missing or wrong) and f"{missing} missing, {wrong} too many."
    yield counts and items and not any(found) and f"{counts} {hint} (Give the resources, their names, or their ids.)"
    yield counts and f"{counts} {hint}"


def resolve_id(item: Any, resources: Sequence[Resource]) -> str | None:
    """Return the id of the resource that an item is or names: by its to_dict(), id, name, or a tuple of these."""
    if isinstance(item, Resource):
        item = item.id
    elif isinstance(item, dict):
        item = item.get("id")
    names = set(map(str, item)) if isinstance(item, tuple | list) else {str(item)}
    return next((r.id for r in resources if names & {r.id, r.name}), None)

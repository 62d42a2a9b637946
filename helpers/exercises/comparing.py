"""Compare what a learner found with what there is."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from openstack.resource import Resource

from helpers.filters import filter_marked

NUMBER = "the answer is to be a number, without quotes or brackets."
ONLY_ONCE = "a generator can be read only once. Run the cell that makes it again, and then this one."


def gone(what: str) -> str:
    """Return what to do where something is not there any more that a notebook has made."""
    return f"The {what} is there no more. Run the notebook from the top: it makes a new one."


def unmarked(resources: Iterable[Resource], kind: str, name: str) -> str:
    """Return a sentence on what has the right name, but not the mark; nothing where there is no such thing."""
    named = [resource for resource in resources if resource.name == name]
    if not (lost := [resource for resource in named if resource not in filter_marked(named)]):
        return ""
    return f" There is a {kind} {name} without it ({lost[0].id}). If it is yours, delete it by this id: it would stay."


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

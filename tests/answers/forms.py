"""How the answers to an exercise are written down."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from openstack.resource import Resource

# For exercises that leave a cloud as it was.
UNCHANGED = "as it was"


@dataclass(frozen=True)
class Answers:
    """Answers to one exercise, in the order in which they are tried on one cloud.

    Attributes:
        wrong: Functions of what is given; each does what a learner would, and returns the answer.
        right: The same.
        given: What the check is given, made from the connection. None: it needs no cloud.
        on: Exercises with the same word here follow one another on one cloud: they only look, or each makes or mends
            what it needs. Without a word, the cloud is new.
    """

    wrong: list[Callable[..., Any]]
    right: list[Callable[..., Any]]
    given: Callable[..., tuple] | None = None
    on: str | None = None


def forms(resources: Iterable[Resource]) -> list[Any]:
    """Return every fair form of a collection of resources."""
    found = list(resources)
    named = [(r.name, r.id) for r in found]
    dicts = [r.to_dict(computed=False) for r in found]
    return [found, tuple(found), iter(found), dicts, [r.id for r in found], {r.id for r in found}, named, dict(named)]

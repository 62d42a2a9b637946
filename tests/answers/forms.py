"""How the answers to an exercise are written down."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import SimpleNamespace
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
        rare: Functions of what is given, for hints that no answer reaches: each returns an answer, and what the check
            is given with it in a situation that is rare, or would spoil the cloud for the other answers.
    """

    wrong: list[Callable[..., Any]]
    right: list[Callable[..., Any]]
    given: Callable[..., tuple] | None = None
    on: str | None = None
    rare: list[Callable[..., tuple]] = field(default_factory=list)


# Nothing that could be meant.
NONSENSE = [lambda *_: None, lambda *_: "", lambda *_: [], lambda *_: 42]
# A resource that somebody has deleted.
GONE = SimpleNamespace(id="gone", name="gone")


def forms(resources: Iterable[Resource]) -> list[Any]:
    """Return every fair form of a collection of resources."""
    found = list(resources)
    named = [(r.name, r.id) for r in found]
    dicts = [r.to_dict(computed=False) for r in found]
    return [found, tuple(found), iter(found), dicts, [r.id for r in found], {r.id for r in found}, named, dict(named)]

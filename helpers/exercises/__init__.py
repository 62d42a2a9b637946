"""The checks of the exercises: each says that an answer is right, or what to try; none gives the answer away.

A check is a function of the answer, and of what it depends on. It returns a hint, or None where all is right.
"""

from dataclasses import dataclass
from typing import Any

from helpers.exercises import creating, finding, going_home, networks, serving, storing, watching

_MODULES = (finding, creating, watching, serving, networks, storing, going_home)


@dataclass(frozen=True)
class Solution:
    """An answer that a folded solution gave, not the learner."""

    answer: Any = None


class Verdict:
    """What a check says: a sentence in a notebook; in a condition, whether the learner's own answer is right."""

    def __init__(self, word: str, text: str) -> None:
        self.right, self.text = word == "Right", f"{word}: {text}"

    def __bool__(self) -> bool:
        """Tell whether the answer is the learner's own, and right."""
        return self.right

    def __repr__(self) -> str:
        """Is what a notebook shows."""
        return self.text


def check(exercise: str, answer: Any, *given: Any) -> Verdict:
    """Say whether an answer is right on the learner's cloud, and what to try where it is not.

    Args:
        exercise: The name of the exercise, as its notebook gives it.
        answer: The learner's answer. Resources may be in any order and any collection, themselves or as names or ids.
        given: What the right answer depends on, such as the connection to the cloud.

    Raises:
        KeyError: There is no such exercise.
    """
    if answer is ...:
        return Verdict("Not yet", "put your own code in place of the three dots, run that cell, and then this one.")
    by_the_solution = isinstance(answer, Solution)
    if hint := _function(exercise)(answer.answer if by_the_solution else answer, *given):
        return Verdict("Not yet", hint)
    if by_the_solution:
        return Verdict("Solved", "by the folded solution. Put your own code in place of the three dots to try it.")
    return Verdict("Right", "well done.")


def _function(exercise: str) -> Any:
    name = exercise.lower().replace(" ", "_")
    for module in _MODULES:
        if name in vars(module):
            return vars(module)[name]
    raise KeyError(exercise)

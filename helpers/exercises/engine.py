"""Check answers: say that an answer is right, or give a hint about what to try; no hint gives the answer away.

A check is a generator: a function of the answer, and of what the right answer depends on. It yields its hints in order,
each as `test and hint`; the first one that is not empty is shown, and the rest of the check does not run. If none is
left, the answer is right. The final project's checks yield them with what they are about.
"""

from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell

from helpers.errors import CourseError
from helpers.outputs import INFO, SUCCESS, WARNING, Output, prose

_MODULES = [import_module(f"helpers.exercises.checks_{n}") for n in "00_03 04_05 06_08 09_11 12_13 14 15_17 18".split()]


class Cells:
    """Remembers whether the last cell other than a check failed: then the answer is an older one."""

    failed = False

    def watch(self, shell: InteractiveShell) -> None:
        """Begin; a check that is run before its exercise finds the dots."""
        shell.user_ns.setdefault("answer", ...)
        shell.events.register("post_run_cell", self._remember)

    def _remember(self, result: ExecutionResult) -> None:
        if "check(" not in str(result.info and result.info.raw_cell):
            self.failed = not result.success


cells = Cells()
if _shell := get_ipython():
    cells.watch(_shell)


@dataclass(frozen=True)
class Solution:
    """An answer that a folded solution gave, not the learner.

    Example: answer = Solution(20 * 1024)
    """

    answer: Any = None


class Verdict(Output):
    """What a check says: a sentence in a notebook; in a condition, whether the learner's own answer is right."""

    _LOOKS = {"Right": ("✓", SUCCESS), "Solved": ("○", INFO), "Not yet": ("✗", WARNING)}

    def __init__(self, word: str, text: str) -> None:
        symbol, color = self._LOOKS[word]
        sentence = f'<b><span aria-hidden="true">{symbol} </span>{word}:</b> {prose(text)}'
        style = f"border-left: 5px solid {color}; padding: 0.3em 0.8em"
        super().__init__(f'<div role="status" style="{style}">{sentence}</div>', f"{word}: {text}")
        self.right = word == "Right"

    def __bool__(self) -> bool:
        return self.right


def check(exercise: str, answer: Any, *given: Any) -> Verdict:
    """Say whether an answer is right on the learner's cloud, and what to try if it is not.

    Args:
        exercise: The name of the exercise, as its notebook gives it.
        answer: The learner's answer. Resources may be in any order and any collection, themselves or as names or ids.
        given: What the right answer depends on, such as the connection to the cloud.

    Raises:
        CourseError: The folded solution is not right here; the message is the hint.
        KeyError: There is no such exercise.

    Example: check("MiB", 20 * 1024)
    """
    if cells.failed:
        return Verdict("Not yet", "your last cell ended in an error. Fix it, run it again, and then this one.")
    if answer is ...:
        return Verdict("Not yet", "replace the three dots with your own code, run that cell, and then this one.")
    by_the_solution = isinstance(answer, Solution)
    with closing(find_check(exercise)(answer.answer if by_the_solution else answer, *given)) as rows:
        hints = (row[1] if isinstance(row, tuple) else row for row in rows)
        hint = next(filter(None, hints), None)
    if hint and by_the_solution:
        raise CourseError(f"The folded solution does not work here. {hint}")
    if hint:
        return Verdict("Not yet", hint)
    if by_the_solution:
        advice = "To try it yourself, replace the three dots with your own code."
        return Verdict("Solved", f"by the folded solution. {advice}")
    return Verdict("Right", "well done.")


def find_check(exercise: str) -> Any:
    """Return the check of an exercise: the function that is named after it."""
    name = exercise.lower().replace(" ", "_")
    for module in _MODULES:
        if name in vars(module):
            return vars(module)[name]
    raise KeyError(exercise)

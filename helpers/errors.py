"""Errors that a learner can act on."""

from typing import Any


class CourseError(Exception):
    """Says in a sentence what is wrong and what to do next. A notebook shows that sentence, and no traceback."""

    def _render_traceback_(self) -> list[str]:
        """Is what IPython asks an exception for, before it prints a traceback of its own."""
        return [f"{type(self).__name__}: {self}"]


def require(**choices: Any) -> None:
    """Stop a cell with one sentence where nothing meets the requirements.

    Args:
        choices: For each kind, such as flavor, what was found: a list, or the value of a dropdown.

    Raises:
        CourseError: One of them is empty.
    """
    for kind, found in choices.items():
        if not found:
            missing = kind.replace("_", " ")
            raise CourseError(
                f"No {missing} meets your requirements. Change them in wanted.py, restart the kernel, and run it all."
            )

"""Errors that a learner can act on."""


class CourseError(Exception):
    """Says in a sentence what is wrong and what to do next. A notebook shows that sentence, and no traceback."""

    def _render_traceback_(self) -> list[str]:
        """Is what IPython asks an exception for, before it prints a traceback of its own."""
        return [f"{type(self).__name__}: {self}"]

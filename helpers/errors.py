"""Errors that a learner can act on."""

from typing import Any

# The lines of wanted.py that choose a resource.
_LINES = {"flavor": "VCPUS, MAX_RAM or MAX_DISK", "image": "DISTRO, VERSION and NICKNAME", "network": "NETWORK"}


class CourseError(Exception):
    """An error that says in a sentence what is wrong and what to do next; a notebook shows no traceback for it.

    Example: raise CourseError("This cloud has no volumes: do this notebook on the practice cloud.")
    """

    def _render_traceback_(self) -> list[str]:
        """Return the lines that IPython prints instead of a traceback."""
        return [f"{type(self).__name__}: {self}"]


class Interrupted(KeyboardInterrupt):
    """An interrupt of a wait: for programs a KeyboardInterrupt, for a learner one sentence.

    Example: raise Interrupted("Run this cell again.")
    """

    _render_traceback_ = CourseError._render_traceback_


def require(**choices: Any) -> None:
    """Stop a cell with one sentence if nothing meets the requirements.

    Args:
        choices: What was found of each kind, such as flavor: a list, or the value of a dropdown.

    Raises:
        CourseError: One of them is empty.

    Example: require(flavor=flavor.value, image=image.value)
    """
    for kind, found in choices.items():
        if not found:
            lines = _LINES[kind.split("_")[-1]]
            raise CourseError(
                f"No {kind.replace('_', ' ')} meets your requirements. Change {lines} in wanted.py, "
                "restart the kernel, and run all cells."
            )

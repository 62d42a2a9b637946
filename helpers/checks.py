"""Checks of the exercises: each says that an answer is right, or what to try; none gives the answer away."""

from collections.abc import Iterable
from typing import Any

from openstack.connection import Connection
from openstack.resource import Resource


class Verdict:
    """What a check says. A notebook shows it as a sentence; in a condition it is true when the answer is right."""

    def __init__(self, right: bool, text: str):
        self.right, self.text = right, text

    def __bool__(self) -> bool:
        """Tell whether the answer is right."""
        return self.right

    def __repr__(self) -> str:
        """Is what a notebook shows."""
        return f"{'Right' if self.right else 'Not yet'}: {self.text}"


def check_value(answer: Any, expected: Any, hint: str) -> Verdict:
    """Compare an answer with a value that the cloud, or a calculation, gives.

    Args:
        answer: The learner's answer.
        expected: The right one.
        hint: What to try when the answer is wrong.
    """
    if answer is ...:
        return Verdict(False, "put your own code in place of the three dots, and run that cell and then this one.")
    if isinstance(answer, str) != isinstance(expected, str):
        return Verdict(False, f"your answer is of type {type(answer).__name__}. {hint}")
    return Verdict(True, "well done.") if answer == expected else Verdict(False, hint)


def check_resources(answer: Any, expected: Iterable[Resource], hint: str) -> Verdict:
    """Compare a list of resources with the right one, in any order.

    Args:
        answer: The learner's list.
        expected: The resources that belong there.
        hint: What to try when there are too many or too few.
    """
    if answer is ...:
        return check_value(answer, None, hint)
    if not isinstance(answer, list) or not all(isinstance(item, Resource) for item in answer):
        return Verdict(False, "the answer is to be a list of the objects themselves, not of their names or ids.")
    found, wanted = {item.id for item in answer}, {item.id for item in expected}
    if found == wanted:
        return Verdict(True, f"these are the {len(wanted)}." if len(wanted) > 1 else "that is it.")
    return Verdict(False, f"{len(wanted - found)} missing, {len(found - wanted)} too many. {hint}")


def check_metadata(conn: Connection, server: Resource, key: str) -> Verdict:
    """Ask the cloud whether a server has an entry in its metadata."""
    if (conn.get_server(server.id) or server).metadata.get(key):
        return Verdict(True, f"the cloud now knows the {key} of {server.name}.")
    return Verdict(False, f"{server.name} has no {key} in its metadata. Look at conn.set_server_metadata.")

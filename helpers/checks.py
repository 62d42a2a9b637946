"""Checks of the exercises: each says that an answer is right, or what to try; none gives the answer away."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from openstack import exceptions
from openstack.connection import Connection
from openstack.resource import Resource

from helpers.filters import filter_marked

# For each exercise: what is right, on the learner's own cloud or with the learner's own price, and what to try when an
# answer is not.
_EXERCISES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "MiB": (lambda _: 20 * 1024, "One GiB is 1024 MiB."),
    "project": (lambda conn: conn.current_project_id, "Type conn.current_ and press the tab key: it is in the list."),
    "largest flavor": (
        lambda conn: max(flavor.ram for flavor in conn.list_flavors()) / 1024,
        "Take max() of all values of ram, and mind the unit.",
    ),
    "many vCPUs": (
        lambda conn: [f for f in conn.list_flavors() if f.vcpus >= 4 and f.ram < 32 * 1024],
        "At least means that 4 will do, and less than means that 32 will not. Memory is in MiB.",
    ),
    "no tags": (
        lambda conn: [image for image in conn.list_images() if not image.tags],
        "In a condition, an empty list is false.",
    ),
    "external network": (
        lambda conn: conn.get_network_by_id(filter_marked(conn.list_floating_ips())[0].floating_network_id).name,
        "The floating IP knows the id of that network: print it. conn.get_network_by_id() does the rest.",
    ),
    "owner": (lambda _: True, "The server has no owner in its metadata. Look at conn.set_server_metadata."),
    "exception": (
        lambda _: exceptions.BadRequestException,
        "Make the call in a try, catch SDKException as error, and ask for type(error).",
    ),
    "addresses": (
        lambda price: round(30 * 31 * 24 * price),
        "A day has 24 hours, there are 30 addresses, and round() makes a whole number of the product.",
    ),
}


class Verdict:
    """What a check says. A notebook shows it as a sentence; in a condition it is true when the answer is right."""

    def __init__(self, right: bool, text: str) -> None:
        self.right, self.text = right, text

    def __bool__(self) -> bool:
        """Tell whether the answer is right."""
        return self.right

    def __repr__(self) -> str:
        """Is what a notebook shows."""
        return f"{'Right' if self.right else 'Not yet'}: {self.text}"


def check(exercise: str, answer: Any, given: Connection | float | None = None) -> Verdict:
    """Compare an answer with what is right on the learner's cloud.

    Args:
        exercise: The name of the exercise, as its notebook gives it.
        answer: The learner's answer. Resources may be in any order and any collection, themselves or as names or ids.
        given: What the right answer depends on: the connection to the cloud, or a price in EUR an hour.

    Raises:
        KeyError: There is no such exercise.
    """
    find_right_answer, hint = _EXERCISES[exercise]
    if answer is ...:
        return Verdict(False, "put your own code in place of the three dots, run that cell, and then this one.")
    right = find_right_answer(given)
    if isinstance(right, list):
        return _check_resources(answer, right, hint)
    return Verdict(True, "well done.") if answer == right else Verdict(False, hint)


def _check_resources(answer: Any, right: list[Resource], hint: str) -> Verdict:
    if not isinstance(answer, Iterable) or isinstance(answer, str | Resource):
        return Verdict(False, "the answer is to be a list.")
    items = list(answer)
    if not items and isinstance(answer, Iterator):
        return Verdict(False, "a generator can be read only once. Run the cell that makes it again, and then this one.")
    found = [_find(item, right) for item in items]
    missing, wrong = len(right) - len(set(found) - {None}), len(found) - len(set(found) - {None})
    if missing or wrong:
        return Verdict(False, f"{missing} missing, {wrong} too many. {hint}")
    return Verdict(True, f"these are all, {len(right)} of them.")


def _find(item: Any, right: list[Resource]) -> str | None:
    """Return the id of the right resource that is meant by a resource, an id, a name, or a tuple of name and id."""
    if isinstance(item, Resource):
        item = item.id
    names = set(map(str, item)) if isinstance(item, tuple | list) else {str(item)}
    return next((resource.id for resource in right if names and names <= {resource.id, resource.name}), None)

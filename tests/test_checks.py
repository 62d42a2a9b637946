"""The checks of the exercises, without a cloud."""

from types import SimpleNamespace

import pytest
from openstack.image.v2.image import Image

from helpers import check
from helpers.checks import _EXERCISES

BARE, TAGGED = Image(id="1", name="bare", tags=[]), Image(id="2", name="tagged", tags=["a"])
CONN = SimpleNamespace(list_images=lambda: [BARE, TAGGED], current_project_id="abc")


@pytest.mark.parametrize(
    ("exercise", "answer", "verdict"),
    [
        ("MiB", 20480, "Right: well done."),
        ("MiB", 20, "Not yet: One GiB is 1024 MiB."),
        ("MiB", "20480", "Not yet: One GiB is 1024 MiB."),
        ("MiB", ..., "Not yet: put your own code in place of the three dots, run that cell, and then this one."),
        ("project", "abc", "Right: well done."),
        ("no tags", [BARE], "Right: these are all, 1 of them."),
        ("no tags", [TAGGED], "Not yet: 1 missing, 1 too many. In a condition, an empty list is false."),
        (
            "no tags",
            ["bare"],
            "Not yet: the answer is to be a list of the objects themselves, not of their names or ids.",
        ),
        ("no tags", None, "Not yet: the answer is to be a list of the objects themselves, not of their names or ids."),
    ],
)
def test_a_check_says_what_is_right_or_what_to_try(exercise, answer, verdict):
    said = check(exercise, answer, CONN)
    assert repr(said) == verdict
    assert bool(said) == verdict.startswith("Right")


@pytest.mark.parametrize("exercise", ["MiB", "addresses"])
def test_no_hint_gives_the_answer_away(exercise):
    right_answer, hint = _EXERCISES[exercise]
    assert str(right_answer(None)) not in hint

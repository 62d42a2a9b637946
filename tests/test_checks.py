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
        ("no tags", ["nonsense", {}], "Not yet: 1 missing, 2 too many. In a condition, an empty list is false."),
        ("no tags", [BARE, "bare"], "Not yet: 0 missing, 1 too many. In a condition, an empty list is false."),
        ("no tags", None, "Not yet: the answer is to be a list."),
        ("no tags", BARE, "Not yet: the answer is to be a list."),
        ("no tags", "bare", "Not yet: the answer is to be a list."),
        ("no tags", [], "Not yet: 1 missing, 0 too many. In a condition, an empty list is false."),
        ("no tags", [("bare", "2")], "Not yet: 1 missing, 1 too many. In a condition, an empty list is false."),
    ],
)
def test_a_check_says_what_is_right_or_what_to_try(exercise, answer, verdict):
    said = check(exercise, answer, CONN)
    assert repr(said) == verdict
    assert bool(said) == verdict.startswith("Right")


@pytest.mark.parametrize("collect", [list, tuple, iter, lambda items: (item for item in items)])
@pytest.mark.parametrize("what", [BARE, "1", "bare", ("bare", "1")], ids=["object", "id", "name", "name and id"])
def test_any_collection_of_the_right_things_is_right(what, collect):
    assert check("no tags", collect([what]), CONN)


@pytest.mark.parametrize("answer", [{"1"}, {"bare"}, {"bare": 1}, {("bare", "1")}])
def test_a_set_and_a_dictionary_of_the_right_things_are_right(answer):
    assert check("no tags", answer, CONN)


def test_a_generator_that_is_used_up_is_told_as_such():
    answer = (image for image in [BARE])
    assert check("no tags", answer, CONN)
    assert "read only once" in check("no tags", answer, CONN).text


@pytest.mark.parametrize(("price", "answer"), [(0.004, 89), (0.01, 223)])
def test_the_learners_own_price_counts(price, answer):
    assert check("addresses", answer, price)
    assert not check("addresses", answer + 1, price)


@pytest.mark.parametrize(("exercise", "given"), [("MiB", None), ("addresses", 0.004)])
def test_no_hint_gives_the_answer_away(exercise, given):
    right_answer, hint = _EXERCISES[exercise]
    assert str(right_answer(given)) not in hint

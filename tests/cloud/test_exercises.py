"""Each check calls right what is right, in every fair form, and nothing else; and only the learner's own answer."""

import re

import nbformat
import pytest
from answers import (
    checks_00_03,
    checks_04_05,
    checks_06_08,
    checks_09_11,
    checks_12_13,
    checks_14,
    checks_15_17,
    checks_18,
)
from conftest import NOTEBOOKS
from shared.exercises import assert_verdicts, tried

from helpers import check

pytestmark = pytest.mark.usefixtures("in_tmp_dir", "impatient")

# What learners do with servers that answer, and with several, takes about as long: it has a file of its own.
ANSWERS = checks_00_03.ANSWERS | checks_04_05.ANSWERS | checks_06_08.ANSWERS | checks_12_13.ANSWERS | checks_18.ANSWERS
OTHERS = checks_09_11.ANSWERS | checks_14.ANSWERS | checks_15_17.ANSWERS
WITHOUT_A_CLOUD = {name: answers for name, answers in (ANSWERS | OTHERS).items() if not answers.given}
CHECKS = re.compile(r"^check\(\"([^\"]+)\"", re.MULTILINE)


def test_every_check_of_the_notebooks_has_answers():
    sources = [cell.source for path in NOTEBOOKS for cell in nbformat.read(path, as_version=4).cells]
    named = [name for source in sources for name in CHECKS.findall(source)]
    assert sorted(named) == sorted([*ANSWERS, *OTHERS])


@pytest.mark.parametrize("exercise", sorted(WITHOUT_A_CLOUD))
def test_wrong_answers_get_a_hint_and_right_ones_are_right(exercise):
    assert_verdicts(exercise, WITHOUT_A_CLOUD[exercise])


@tried(ANSWERS)
def test_on_a_cloud_only_right_answers_are_right(cloud_for, exercise):
    """Each wrong answer gets a hint."""
    assert_verdicts(exercise, ANSWERS[exercise], *ANSWERS[exercise].given(cloud_for))


@pytest.mark.parametrize("cloud_for", ["my_server"], indirect=True)
def test_to_delete_the_server_is_not_to_detach_its_address(cloud_for):
    _, server, address = ANSWERS["detach"].given(cloud_for)
    cloud_for.delete_server(server.id, wait=True)
    assert "Run the notebook from the top" in repr(check("detach", True, cloud_for, server, address))


def test_an_unknown_exercise_is_a_mistake_of_the_notebook():
    with pytest.raises(KeyError):
        check("nonsense", 1)

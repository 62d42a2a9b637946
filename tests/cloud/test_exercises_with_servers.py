"""The same for the exercises of notebooks 09 to 11 and 14 to 17, whose servers are logged in to, and many."""

import pytest
from answers import checks_09_11, checks_14, checks_15_17
from shared.exercises import assert_verdicts, tried

pytestmark = pytest.mark.usefixtures("in_tmp_dir", "impatient")

ANSWERS = checks_09_11.ANSWERS | checks_14.ANSWERS | checks_15_17.ANSWERS


@tried(ANSWERS)
def test_on_a_cloud_only_right_answers_are_right(cloud_for, exercise):
    """Each wrong answer gets a hint."""
    assert_verdicts(exercise, ANSWERS[exercise], *ANSWERS[exercise].given(cloud_for))

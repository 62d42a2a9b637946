"""The same for the exercises of notebooks 09 to 11 and 14 to 17, whose servers are logged in to, and many."""

import pytest
from answers import going_home, serving, storing
from shared.exercises import judge, tried

pytestmark = pytest.mark.usefixtures("in_tmp_dir", "impatient")

ANSWERS = serving.ANSWERS | storing.ANSWERS | going_home.ANSWERS


@tried(ANSWERS)
def test_on_a_cloud_wrong_answers_get_a_hint_and_right_ones_are_right(cloud_for, exercise):
    judge(exercise, ANSWERS[exercise], *ANSWERS[exercise].given(cloud_for))

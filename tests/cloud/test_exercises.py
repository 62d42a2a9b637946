"""Each check calls right what is right, in every fair form, and nothing else; and only the learner's own answer."""

import re

import nbformat
import pytest
from answers import creating, finding, going_home, networks, serving, storing, watching
from conftest import NOTEBOOKS
from openstack.network.v2.network import Network

from helpers import Solution, check
from helpers.exercises.comparing import not_one

pytestmark = pytest.mark.usefixtures("in_tmp_dir")

ANSWERS = {
    name: answers
    for module in (finding, creating, watching, serving, networks, storing, going_home)
    for name, answers in module.ANSWERS.items()
}
ON_A_CLOUD = [name for name, answers in ANSWERS.items() if answers.given]
CHECKS = re.compile(r"^check\(\"([^\"]+)\"", re.MULTILINE)


def test_every_check_of_the_notebooks_has_answers():
    sources = [cell.source for path in NOTEBOOKS for cell in nbformat.read(path, as_version=4).cells]
    named = [name for source in sources for name in CHECKS.findall(source)]
    assert sorted(named) == sorted(ANSWERS)


@pytest.fixture(scope="module")
def cloud_home(quick_cloud_home):
    """Servers boot at once: that they take their time is no part of what is tested here."""
    return quick_cloud_home


@pytest.mark.parametrize("exercise", sorted(ANSWERS.keys() - ON_A_CLOUD))
def test_wrong_answers_get_a_hint_and_right_ones_are_right(exercise):
    judge(exercise)


@pytest.mark.parametrize("exercise", ON_A_CLOUD)
def test_on_a_cloud_wrong_answers_get_a_hint_and_right_ones_are_right(exercise, conn):
    judge(exercise, *ANSWERS[exercise].given(conn))


def test_to_delete_the_server_is_not_to_detach_its_address(conn):
    _, server, address = ANSWERS["detach"].given(conn)
    conn.delete_server(server.id, wait=True)
    assert "Run the notebook from the top" in repr(check("detach", True, conn, server, address))


def judge(exercise: str, *given) -> None:
    answers = ANSWERS[exercise]
    assert len(answers.wrong) >= 2
    assert not check(exercise, ..., *given)
    for number, wrong in enumerate(answers.wrong):
        verdict = check(exercise, wrong(*given), *given)
        assert (number, repr(verdict)[:9]) == (number, "Not yet: "), verdict
    for right in answers.right:
        answer = right(*given)
        assert repr(check(exercise, Solution(answer), *given)).startswith("Solved: ")
        # An iterator is used up by now.
        assert (verdict := check(exercise, right(*given), *given)), verdict


def test_what_has_the_name_and_not_the_mark_is_told_with_its_id():
    mine, lost = Network(id="7", name="small_net", description="import-openstack"), Network(id="8", name="small_net")
    said = not_one([lost, Network(id="9")], "network", "small_net")
    assert said.startswith("0 networks are called small_net")
    assert "network small_net without it (8)" in said
    assert not_one([mine], "network", "small_net") is None


def test_an_exercise_that_there_is_not_is_a_mistake_of_the_notebook():
    with pytest.raises(KeyError):
        check("nonsense", 1)

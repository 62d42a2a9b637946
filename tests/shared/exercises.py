"""Exercises whose checks are tried with right and wrong answers."""

import time
from collections.abc import Iterator

import openstack
import pytest
from answers.forms import Answers

import practice_cloud
from helpers import Solution, check, final, reaching
from helpers.exercises import serving

_ASK_AGAIN_SECONDS = 0.4
_SILENCE_SECONDS = 1
_PATIENCE_SECONDS = 3


def tried(answers: dict[str, Answers]):
    """Give a test the exercises that need a cloud, one after the other, and clouds for them."""
    cloudy = sorted((name for name, one in answers.items() if one.given), key=lambda name: answers[name].on or "")
    cases = [pytest.param(answers[name].on or name, name, id=name) for name in cloudy]
    return pytest.mark.parametrize(("cloud_for", "exercise"), cases, indirect=["cloud_for"])


@pytest.fixture(scope="module")
def cloud_for(request, cloud_home):
    """A connection to a cloud that is new for each exercise, or for all with the same word, which tried() joins."""
    practice_cloud.start()
    practice_cloud.reset()
    return openstack.connect(cloud="practice", region_name="Fra1")


@pytest.fixture
def impatient(monkeypatch):
    """Whoever waits in this process looks more often: the SDK asks every two seconds. Silence is heard sooner, too."""
    sleep = time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: sleep(min(seconds, _ASK_AGAIN_SECONDS)))
    monkeypatch.setattr(reaching, "_ATTEMPT_SECONDS", _SILENCE_SECONDS)


def judge(exercise: str, answers: Answers, *given) -> None:
    """Try all answers to an exercise, in their order."""
    assert len(answers.wrong) >= 2
    assert not check(exercise, ..., *given)
    with pytest.MonkeyPatch.context() as patch:
        for module in (serving, final):
            # Nothing comes, however long one waits for it.
            patch.setattr(module, "_PATIENCE_SECONDS", _PATIENCE_SECONDS)
        for number, wrong in enumerate(answers.wrong):
            verdict = check(exercise, wrong(*given), *given)
            assert (number, repr(verdict)[:9]) == (number, "Not yet: "), verdict
    for right in answers.right:
        answer = right(*given)
        assert repr(check(exercise, Solution(answer), *given)).startswith("Solved: ")
        # An iterator is used up by now; what is on the cloud need not be made once more.
        again = right(*given) if isinstance(answer, Iterator) else answer
        assert (verdict := check(exercise, again, *given)), verdict

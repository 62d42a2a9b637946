"""Exercises whose checks are tried with right and wrong answers."""

import ast
import inspect
import textwrap
import time
from collections.abc import Iterator
from types import CodeType, GeneratorType

import openstack
import pytest
from answers.forms import Answers

import practice_cloud
from helpers import Solution, check, connectivity
from helpers.exercises import checks_09_11, engine, final_project

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
    monkeypatch.setattr(connectivity, "_ATTEMPT_SECONDS", _SILENCE_SECONDS)


def assert_verdicts(exercise: str, answers: Answers, *given) -> None:
    """Try all answers to an exercise, in their order; they must reach all of its hints."""
    assert len(answers.wrong) >= 2
    assert not check(exercise, ..., *given)
    reached = set()
    with pytest.MonkeyPatch.context() as patch:
        for module in (checks_09_11, final_project):
            # Nothing comes, however long one waits for it.
            patch.setattr(module, "_PATIENCE_SECONDS", _PATIENCE_SECONDS)
        function = engine.find_check(exercise)
        patch.setattr(engine, "find_check", lambda _: recorded(function, reached))
        tries = [lambda wrong=wrong: (wrong(*given), *given) for wrong in answers.wrong]
        tries += [lambda rare=rare: rare(*given) for rare in answers.rare]
        for number, try_ in enumerate(tries):
            verdict = check(exercise, *try_())
            assert (number, repr(verdict)[:9]) == (number, "Not yet: "), verdict
    # Four exercises share a function: the one that has its name reaches all hints.
    if function.__name__ == exercise.lower().replace(" ", "_") or function.__module__ == final_project.__name__:
        assert_all_reached(function.__code__, reached)
    for right in answers.right:
        answer = right(*given)
        assert repr(check(exercise, Solution(answer), *given)).startswith("Solved: ")
        # An iterator is used up by now; what is on the cloud need not be made once more.
        again = right(*given) if isinstance(answer, Iterator) else answer
        assert (verdict := check(exercise, again, *given)), verdict


def recorded(function, reached: set[tuple[CodeType, int]]):
    """Return a check that does the same, and adds the lines of the hints that it gives."""

    def run(*arguments):
        hints = function(*arguments)
        for hint in hints:
            generator = hints if (hint[1] if isinstance(hint, tuple) else hint) else None
            while isinstance(generator, GeneratorType):
                reached.add((generator.gi_code, generator.gi_frame.f_lineno))
                generator = generator.gi_yieldfrom
            yield hint

    return run


def assert_all_reached(check: CodeType, reached: set[tuple[CodeType, int]]) -> None:
    """Fail if there is a hint that nothing has reached, in a check and in what it takes its hints from.

    What several checks share has a test of its own: names that begin with an underscore, and the module matching.
    """
    public = {code for code, _ in reached if code.co_name[0] != "_" and "matching" not in code.co_filename}
    for code in public | {check}:
        tree = ast.parse(textwrap.dedent(inspect.getsource(code)))
        hints = [node for node in ast.walk(tree) if isinstance(node, ast.Yield | ast.YieldFrom)]
        missed = [one for one in hints if (code, one.lineno + code.co_firstlineno - 1) not in reached]
        assert not missed, [f"{code.co_name}: {ast.unparse(one)}" for one in missed]

"""What checks say of moments that a cloud shows too rarely to be met in a test of the whole, and in what they share."""

from types import SimpleNamespace

import pytest
from IPython.core.interactiveshell import InteractiveShell
from openstack.compute.v2.server import Server
from openstack.network.v2.network import Network
from openstack.test.fakes import generate_fake_resource
from shared.exercises import assert_all_reached, recorded
from traitlets.config import Config

from helpers import Solution, check
from helpers.errors import CourseError
from helpers.exercises import checks_09_11, checks_15_17, engine, matching
from helpers.outputs import prose

MINE, UNMARKED = (Network(id=id_, name="net", description=mark) for id_, mark in (("7", "import-openstack"), ("8", "")))


@pytest.mark.parametrize(
    ("status", "task", "right"), [("ACTIVE", None, False), ("ACTIVE", "deleting", True), ("DELETED", None, True)]
)
def test_a_server_is_being_deleted_until_nova_has_forgotten_it(status, task, right):
    server = generate_fake_resource(Server, status=status, task_state=task)
    conn = SimpleNamespace(compute=SimpleNamespace(find_server=lambda _: server))
    assert bool(check("delete request", ("DELETE", f"/servers/{server.id}"), conn, server)) == right


def test_a_verdict_has_a_border_a_symbol_and_words():
    for answer, word, symbol in (
        (1024, "Not yet", "✗"),
        (20 * 1024, "Right", "✓"),
        (Solution(20 * 1024), "Solved", "○"),
    ):
        verdict = check("MiB", answer)
        assert repr(verdict).startswith(f"{word}: ")
        assert '<div role="status" style="border-left: 5px solid var(--jp-' in verdict.data
        assert f'<span aria-hidden="true">{symbol} </span>{word}:</b> ' in verdict.data
    assert "<code>print()</code> shows a number" in check("MiB", None).data


def test_a_verdict_on_an_old_answer_is_not_given(monkeypatch):
    """An answer that a cell did not change, because it failed, is an older one."""
    shell, cells = InteractiveShell(config=Config(HistoryManager={"enabled": False})), engine.Cells()
    monkeypatch.setattr(engine, "cells", cells)
    cells.watch(shell)
    shell.push({"check": check})
    assert "replace the three dots" in repr(shell.run_cell('check("MiB", answer)').result)
    shell.run_cell("answer = 20 * 1024")
    assert shell.run_cell('check("MiB", answer)').result
    for wrong in ("answer = 20 MiB", "answer = 20 * MiB"):
        shell.run_cell(wrong)
        for _ in range(2):
            assert "your last cell ended in an error" in repr(shell.run_cell('check("MiB", answer)').result)
    shell.run_cell("answer = 20 * 1024")
    assert shell.run_cell('check("MiB", answer)').result


def test_a_folded_solution_that_is_wrong_on_a_cloud_is_an_error():
    with pytest.raises(CourseError, match="The folded solution does not work here. One GiB is 1024 MiB"):
        check("MiB", Solution(7))


@pytest.mark.parametrize(
    ("hint", "page"),
    [
        ("Call conn.f(g(x), [y]).", "Call <code>conn.f(g(x), [y])</code>."),
        (
            "See `Sort`, os_distro and conn.network.",
            "See <code>Sort</code>, <code>os_distro</code> and <code>conn.network</code>.",
        ),
        ("Is 1 < 2 (or not)?", "Is 1 &lt; 2 (or not)?"),
    ],
)
def test_what_a_learner_types_is_set_as_code(hint, page):
    assert prose(hint) == page


def first_hints(function, *arguments: tuple) -> list[str | None]:
    """Return the first hint for each of some arguments; together they must reach all hints of a function."""
    reached = set()
    said = [next(filter(None, recorded(function, reached)(*given)), None) for given in arguments]
    assert_all_reached(function.__code__, reached)
    return said


def test_a_resource_without_the_mark_is_named_by_its_id():
    said = first_hints(matching.require_one, ([UNMARKED], "network", "net"), ([UNMARKED, MINE], "network", "net"))
    assert "there are 0. Network 8 has that name, but not the description" in said[0]
    assert said[1] is None


def test_a_list_of_resources_is_compared_with_the_right_ones():
    answers = ["net", iter([]), [None], [MINE, UNMARKED], {"net": "7"}]
    said = first_hints(matching.diff, *((answer, [MINE], "Look.") for answer in answers))
    assert said == [
        "The answer must be a list.",
        matching.ONLY_ONCE,
        "1 missing, 1 too many. Look. (Give the resources, their names, or their ids.)",
        "0 missing, 1 too many. Look.",
        None,
    ]


def test_a_function_that_raises_or_is_wrong_gets_a_hint():
    given = (("localhost", 80), "name", "a name")
    said = first_hints(checks_15_17._call_mismatch, (lambda: None, *given), (lambda *_: "x", *given))
    assert "With a name, your function raises TypeError" in said[0]
    assert said[1] == "With a name, your function returns 'x' instead of 'name'."


def test_a_server_that_does_not_answer_gets_a_hint_where_to_look(monkeypatch):
    monkeypatch.setattr(checks_09_11, "_PATIENCE_SECONDS", -1)
    monkeypatch.setattr(checks_09_11, "why_unreachable", lambda conn, server, port: conn.obstacles)
    monkeypatch.setattr(checks_09_11, "knock", lambda address, port: address)
    situations = [
        ({"status": "SHUTOFF"}, [], "what is its status"),
        ({"public_v4": None}, [], "which addresses"),
        ({}, ["no rule"], "look at its security groups"),
        ({"public_v4": "refused"}, [], "is refused"),
        ({}, [], "nothing blocks it"),
    ]
    server = {"id": "7", "task_state": None, "status": "ACTIVE", "public_v4": "silent"}
    servers = [SimpleNamespace(**server | changes) for changes, _, _ in situations]
    conns = [
        SimpleNamespace(get_server=lambda _, now=now: now, obstacles=obstacles)
        for now, (_, obstacles, _) in zip(servers, situations, strict=True)
    ]
    conns.append(SimpleNamespace(get_server=lambda _: None))
    said = first_hints(checks_09_11._connection_hints, *((conn, servers[0], 80) for conn in conns))
    for hint, words in zip(said, [*(words for _, _, words in situations), "no longer exists"], strict=True):
        assert words in hint

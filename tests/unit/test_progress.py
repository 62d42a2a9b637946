"""Waiting for a server, and what a line of progress shows."""

import re
import time
from types import SimpleNamespace

import pytest
from openstack.compute.v2.flavor import Flavor
from openstack.compute.v2.server import Server

from helpers import wait_for_server
from helpers.connection import _report
from helpers.errors import CourseError, Interrupted
from helpers.progress import ProgressLine


@pytest.fixture
def server_in():
    """Make a connection to a cloud on which there is one server, in a given state."""

    def make(status: str, task_state: str | None = None):
        server = Server(id="1", name="my_server", status=status, task_state=task_state)
        server.flavor = Flavor(original_name="small")
        server.fault = {"message": "It broke."} if status == "ERROR" else None
        flavors = {"s": Flavor(name="small"), "b": Flavor(name="big")}
        return SimpleNamespace(get_server=lambda _: server, get_flavor_by_id=flavors.get), server

    return make


@pytest.mark.parametrize(
    ("status", "what_to_do"),
    [
        ("SHUTOFF", "conn.compute.start_server('1')"),
        ("PAUSED", "conn.compute.unpause_server('1')"),
        ("SUSPENDED", "conn.compute.resume_server('1')"),
        ("SHELVED", "conn.compute.unshelve_server('1')"),
        ("SHELVED_OFFLOADED", "conn.compute.unshelve_server('1')"),
        ("ERROR", "conn.delete_server('1', wait=True)"),
        ("DELETED", "Create it again"),
    ],
)
def test_waiting_in_vain_ends_at_once_with_what_to_do(server_in, status, what_to_do):
    began = time.monotonic()
    with pytest.raises(CourseError, match=re.escape(what_to_do)):
        wait_for_server(*server_in(status), timeout=5)
    assert time.monotonic() - began < 1


def test_novas_reason_may_come_a_moment_after_the_error(server_in):
    conn, broken = server_in("ERROR")
    broken.fault = None
    told = Server(id="1", name="my_server", status="ERROR", fault={"message": "The disk is full."})
    answers = iter([broken, told])
    conn.get_server = lambda _: next(answers)
    with pytest.raises(CourseError, match="Nova says: The disk is full"):
        wait_for_server(conn, broken)


def test_another_flavor_than_asked_for_is_told_at_once(server_in):
    assert wait_for_server(*server_in("ACTIVE"), flavor="s").status == "ACTIVE"
    with pytest.raises(CourseError, match="with the flavor small instead of big. Delete it with conn.delete_server"):
        wait_for_server(*server_in("ACTIVE"), flavor="b")


def test_a_server_that_is_being_started_is_waited_for(server_in):
    with pytest.raises(CourseError, match="still SHUTOFF after 0 s"):
        wait_for_server(*server_in("SHUTOFF", "powering-on"), timeout=0)


@pytest.mark.parametrize("error", [CourseError, ValueError, KeyboardInterrupt])
def test_no_bar_moves_after_an_error(error):
    line = ProgressLine("<work>")
    with pytest.raises(error), line:
        raise error
    assert "<progress" not in line._repr_html_()
    assert "✗" in line._repr_html_()


def test_an_interrupt_is_one_sentence_and_still_an_interrupt():
    with pytest.raises(KeyboardInterrupt) as caught, ProgressLine("my_server"):
        raise KeyboardInterrupt
    assert isinstance(caught.value, Interrupted)
    said = "Interrupted: You stopped this cell. To go on, run it again."
    assert caught.value._render_traceback_() == [said]


def test_the_seconds_are_not_read_aloud_but_the_state_is():
    line = ProgressLine("<work>")
    line.update("BUILD")
    page = line._repr_html_()
    assert 'role="status" aria-live="polite">&lt;work&gt;: BUILD</span>' in page
    assert re.search(r'<span aria-hidden="true">\(\d+\.\d s\)</span></div>$', page)
    assert 'aria-label="&lt;work&gt;" >' in page


def test_the_first_start_of_the_cloud_counts_its_steps():
    line, said = ProgressLine("Practice cloud"), []
    for message in (
        "loading OpenStack",
        "creating databases, rebuilding",
        "creating users",
        "creating flavors, images",
    ):
        _report(line, message)
        said.append((line.text, line.value))
    assert said[0] == ("loading OpenStack", "")
    assert said[1] == ("step 2 of 4: creating databases, rebuilding, about 20 s in all", 'value="0.50"')
    assert [text[:11] for text, _ in said[2:]] == ["step 3 of 4", "step 4 of 4"]
    assert said[3][1] != 'value="1"'

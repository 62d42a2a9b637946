"""Waiting for a server, on the practice cloud."""

import re
import time

import pytest
from conftest import requirements
from IPython.display import DisplayHandle
from jupyter_client.manager import start_new_kernel

from helpers import wait_for_server
from helpers.errors import CourseError


@pytest.fixture
def shown(monkeypatch):
    """Collect what a notebook would show, as HTML."""
    pages = []
    for method in ("display", "update"):
        monkeypatch.setattr(DisplayHandle, method, lambda self, line: pages.append(line._repr_html_()))
    return pages


def test_it_shows_how_far_the_server_is_and_returns_it_active(conn, shown):
    server = wait_for_server(conn, conn.create_server(name="my_server", **requirements(conn)))
    assert server.status == "ACTIVE"
    assert server.private_v4
    assert any("BUILD" in page for page in shown)
    assert 'value="1"' in shown[-1]
    assert "my_server: ACTIVE" in shown[-1]


def test_an_error_raises_with_novas_own_reason(conn, shown):
    wanted = {**requirements(conn), "flavor": conn.get_flavor("4C-16GB-10000GB").id}
    server = conn.create_server(name="huge", **wanted)
    with pytest.raises(
        CourseError, match=r"Nova says: No valid host was found\..*disk.*conn.delete_server\('.*', wait=True"
    ):
        wait_for_server(conn, server)
    assert "<progress" not in shown[-1]


def test_it_does_not_wait_for_ever(conn):
    server = conn.create_server(name="slow", **requirements(conn))
    with pytest.raises(CourseError, match="slow is still BUILD after 0 s"):
        wait_for_server(conn, server, timeout=0)


def test_a_server_that_is_deleted_meanwhile_is_gone(conn):
    server = conn.create_server(name="short", **requirements(conn))
    conn.delete_server(server.id, wait=True)
    with pytest.raises(CourseError, match="short is gone"):
        wait_for_server(conn, server)


def test_a_stopped_server_becomes_active_by_the_call_it_names(conn):
    """The call is in the message."""
    server = wait_for_server(conn, conn.create_server(name="tired", **requirements(conn)))
    conn.compute.stop_server(server.id)
    conn.compute.wait_for_server(server, "SHUTOFF", interval=1)
    with pytest.raises(CourseError) as told:
        wait_for_server(conn, server)
    eval(re.search(r"conn\.compute\.\w+\(.*?\)", str(told.value))[0])
    assert wait_for_server(conn, server, flavor=requirements(conn)["flavor"]).status == "ACTIVE"


def test_in_a_kernel_the_seconds_count_by_themselves_and_an_interrupt_is_one_sentence():
    """Even while the main thread is busy."""
    manager, client = start_new_kernel()
    try:
        client.execute("""
import time
from helpers.progress import ProgressLine
with ProgressLine("work"):
    time.sleep(60)
""")
        pages = []
        while len(pages) < 4:
            message = client.get_iopub_msg(timeout=60)
            pages += [message["content"]["data"]["text/plain"]] if "display_data" in message["msg_type"] else []
        assert len(set(pages)) == 4
        manager.interrupt_kernel()
        asked = time.monotonic()
        while (message := client.get_iopub_msg(timeout=60))["msg_type"] != "error":
            pass
        assert time.monotonic() - asked < 30
        said = "Interrupted: You stopped this cell. To go on, run it again."
        assert message["content"]["traceback"] == [said]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)

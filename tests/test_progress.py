"""Waiting for a server, on the practice cloud."""

import pytest
from IPython.display import DisplayHandle
from test_practice_cloud import requirements

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
    with pytest.raises(CourseError, match="huge is in ERROR. Nova says: No valid host was found"):
        wait_for_server(conn, server)
    assert 'value="1"' not in shown[-1]


def test_it_does_not_wait_for_ever(conn):
    server = conn.create_server(name="slow", **requirements(conn))
    with pytest.raises(CourseError, match="slow is still BUILD after 0 s"):
        wait_for_server(conn, server, timeout=0)


def test_a_server_that_is_deleted_meanwhile_is_gone(conn):
    server = conn.create_server(name="short", **requirements(conn))
    conn.delete_server(server.id, wait=True)
    with pytest.raises(CourseError, match="short is gone"):
        wait_for_server(conn, server)

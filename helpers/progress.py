"""Show that something goes on, while it does."""

import html
import time

from IPython.display import DisplayHandle
from openstack.compute.v2.server import Server
from openstack.connection import Connection

from helpers.errors import CourseError

_POLL_SECONDS = 0.5


class ProgressLine:
    """One line in a cell's output with a bar that moves until the work is done.

    Args:
        label: What is being worked on.
    """

    def __init__(self, label: str):
        self.label, self.text, self.done = label, "one moment", False
        self.handle = DisplayHandle()
        self.began = time.monotonic()

    def __enter__(self):
        """Show the line."""
        self.handle.display(self)
        return self

    def __exit__(self, error_type, *_):
        """Stop the bar, in the middle where there was an error."""
        self.done = error_type is None
        self.handle.update(self)

    def update(self, text: str) -> None:
        """Change what the line says."""
        self.text = text
        self.handle.update(self)

    def __repr__(self) -> str:
        """Is what a terminal shows."""
        return f"{self.label}: {self.text} ({time.monotonic() - self.began:.1f} s)"

    def _repr_html_(self) -> str:
        value = 'value="1"' if self.done else ""
        label, text = html.escape(self.label), html.escape(repr(self))
        return f'<progress aria-label="{label}" {value}></progress> {text}'


def wait_for_server(conn: Connection, server: Server, timeout: float = 300) -> Server:
    """Wait until a server is ACTIVE, and show how it gets there.

    Args:
        conn: The connection to the server's cloud.
        server: The server, as create_server or get_server returned it.
        timeout: How many seconds to wait.

    Returns:
        The server as it is now, with its addresses.

    Raises:
        CourseError: The server went to ERROR (with Nova's own reason), was deleted, or takes too long.
    """
    deadline = time.monotonic() + timeout
    with ProgressLine(server.name) as line:
        while current := conn.get_server(server.id):
            line.update(" ".join(filter(None, [current.status, current.task_state])))
            if current.status == "ACTIVE":
                return current
            if current.status == "ERROR":
                reason = (current.fault or {}).get("message", "It gives no reason.")
                raise CourseError(f"{server.name} is in ERROR. Nova says: {reason} Delete the server before you retry.")
            if time.monotonic() > deadline:
                raise CourseError(
                    f"{server.name} is still {current.status} after {timeout:g} s. Wait for it again, "
                    f"or look at conn.get_server_console({server.name!r})."
                )
            time.sleep(_POLL_SECONDS)
    raise CourseError(f"{server.name} is gone: somebody deleted it meanwhile. Create it again.")

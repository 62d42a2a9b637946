"""Show that something goes on, while it does."""

import html
import time
from types import TracebackType
from typing import Self

from IPython.display import DisplayHandle
from openstack.compute.v2.server import Server
from openstack.connection import Connection

from helpers.errors import CourseError

_POLL_SECONDS = 0.5

# States that a server does not leave by itself, and the call that brings it back.
_WAYS_BACK = {
    "SHUTOFF": "start_server",
    "PAUSED": "unpause_server",
    "SUSPENDED": "resume_server",
    "SHELVED": "unshelve_server",
    "SHELVED_OFFLOADED": "unshelve_server",
    "RESCUE": "unrescue_server",
    "VERIFY_RESIZE": "confirm_server_resize",
    "SOFT_DELETED": "restore_server",
}


class ProgressLine:
    """One line in a cell's output with a bar that moves until the work is done.

    Args:
        label: What is being worked on.
    """

    def __init__(self, label: str) -> None:
        self.label, self.text, self.done = label, "one moment", False
        self.handle = DisplayHandle()
        self.began = time.monotonic()

    def __enter__(self) -> Self:
        """Show the line."""
        self.handle.display(self)
        return self

    def __exit__(self, error_type: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
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


def wait_for_server(conn: Connection, server: Server, flavor: str | None = None, timeout: float = 300) -> Server:
    """Wait until a server is ACTIVE, and show how it gets there.

    Args:
        conn: The connection to the server's cloud.
        server: The server, as create_server or list_servers returned it.
        flavor: The id of the flavor that it is to have, where that matters.
        timeout: How many seconds to wait.

    Returns:
        The server as it is now, with its addresses.

    Raises:
        CourseError: The server went to ERROR (with Nova's own reason), will not become ACTIVE by itself, has another
            flavor, was deleted, or takes too long.
    """
    deadline = time.monotonic() + timeout
    with ProgressLine(server.name) as line:
        while (current := conn.get_server(server.id)) and current.status != "DELETED":
            line.update(" ".join(filter(None, [current.status, current.task_state])))
            if obstacle := _why_in_vain(conn, current, flavor):
                raise CourseError(obstacle)
            if current.status == "ACTIVE":
                return current
            if time.monotonic() > deadline:
                raise CourseError(
                    f"{server.name} is still {current.status} after {timeout:g} s. Wait for it again, "
                    f"or look at conn.get_server_console({server.id!r})."
                )
            time.sleep(_POLL_SECONDS)
    raise CourseError(f"{server.name} is gone: somebody deleted it meanwhile. Create it again.")


def _why_in_vain(conn: Connection, server: Server, flavor: str | None) -> str | None:
    """Say why there is no use in waiting for a server, and what to do; None where there is."""
    create_anew = f"Delete it with conn.delete_server({server.id!r}, wait=True), and create it again"
    if server.status == "ERROR":
        if not server.fault:
            # Nova says that it went wrong a moment before it says why.
            time.sleep(_POLL_SECONDS)
            server = conn.get_server(server.id) or server
        reason = (server.fault or {}).get("message", "It gives no reason.").strip()
        if "No valid host" in reason:
            reason += " The flavor may want more memory or disk than there is room for: take a smaller one."
        return f"{server.name} is in ERROR. Nova says: {reason} {create_anew}."
    if flavor and (wanted := conn.get_flavor_by_id(flavor).name) != (found := _flavor_name(conn, server)):
        return f"{server.name} is there already, of the flavor {found} and not {wanted}. {create_anew}."
    if server.status in _WAYS_BACK and not server.task_state:
        call = f"conn.compute.{_WAYS_BACK[server.status]}({server.id!r})"
        return f"{server.name} is {server.status}, and stays so until you call {call}. A moment later, try this again."
    return None


def _flavor_name(conn: Connection, server: Server) -> str:
    """Return the name of a server's flavor; before version 2.47, the API only gives its id."""
    return server.flavor.original_name or conn.get_flavor_by_id(server.flavor.id).name

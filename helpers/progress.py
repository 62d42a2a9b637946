"""Show progress while a notebook waits."""

import html
import threading
import time
from typing import Any, Self

from IPython.core.getipython import get_ipython
from IPython.display import DisplayHandle
from openstack.compute.v2.server import Server
from openstack.connection import Connection

from helpers.errors import CourseError, Interrupted

_POLL_SECONDS = 0.5
_BEGINNING = "one moment"

# States that a server does not leave by itself, and the call that brings it back.
_RECOVERY_CALLS = {
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
    """A line in a cell's output, with a bar that moves and seconds that count until the work is done.

    Args:
        label: The name of the work.

    Raises:
        Interrupted: The work was interrupted; a notebook shows one sentence.

    Example: with ProgressLine("New volume"): conn.create_volume(1)
    """

    def __init__(self, label: str) -> None:
        self.label, self.text, self.value, self.failed = label, _BEGINNING, "", False
        self.ticker = threading.Thread(target=self._tick, daemon=True)
        self.handle, self.ended, self.began = DisplayHandle(), threading.Event(), time.monotonic()

    def __enter__(self) -> Self:
        """Show the line, and count the seconds where it can be redrawn: in a notebook."""
        self.handle.display(self)
        if hasattr(get_ipython(), "kernel"):
            self.ticker.start()
        return self

    def __exit__(self, error_type: type[BaseException] | None, *_: Any) -> None:
        """Stop the seconds and the bar: at its end, or with a cross after an error."""
        self.ended.set()
        if self.ticker.ident:
            # It may be sending an older state.
            self.ticker.join()
        if self.text == _BEGINNING and not error_type:
            self.text = "done"
        self.value, self.failed = 'value="1"', error_type is not None
        self.handle.update(self)
        if error_type is KeyboardInterrupt:
            raise Interrupted("You stopped this cell. To go on, run it again.") from None

    def update(self, text: str, step: int = 0, steps: int = 0) -> None:
        """Replace the text of the line; where the number of steps is known, say which one this is."""
        self.text = f"step {step} of {steps}: {text}" if steps else text
        self.value = f'value="{step / steps:.2f}"' if steps else ""
        self.handle.update(self)

    def __repr__(self) -> str:
        """Return the line as a terminal shows it."""
        return f"{self.label}: {self.text} {self._seconds()}"

    def _repr_html_(self) -> str:
        label, text = html.escape(self.label), html.escape(self.text)
        bar = "<b>✗</b>" if self.failed else f'<progress aria-label="{label}" {self.value}></progress>'
        # A screen reader says what is new, but not each half second.
        words = f'<span role="status" aria-live="polite">{label}: {text}</span>'
        return f'<div>{bar} {words} <span aria-hidden="true">{self._seconds()}</span></div>'

    def _seconds(self) -> str:
        return f"({time.monotonic() - self.began:.1f} s)"

    def _tick(self) -> None:
        while not self.ended.wait(_POLL_SECONDS):
            self.handle.update(self)


def wait_for_server(conn: Connection, server: Server, flavor: str | None = None, timeout: float = 300) -> Server:
    """Wait until a server is ACTIVE, show its progress, and return it as it is then, with its addresses.

    Args:
        conn: The connection to the server's cloud.
        server: The server, as create_server or list_servers returned it.
        flavor: The id of the flavor that the server must have, if that matters.
        timeout: How long to wait, in seconds.

    Raises:
        CourseError: The server went to ERROR (with Nova's own reason), cannot become ACTIVE by itself, has another
            flavor, was deleted, or takes too long.

    Example: server = wait_for_server(conn, server)
    """
    deadline = time.monotonic() + timeout
    with ProgressLine(server.name) as line:
        while (current := conn.get_server(server.id)) and current.status != "DELETED":
            line.update(" ".join(filter(None, [current.status, current.task_state])))
            if reason := _terminal_reason(conn, current, flavor):
                raise CourseError(reason)
            if current.status == "ACTIVE":
                return current
            if time.monotonic() > deadline:
                raise CourseError(
                    f"{server.name} is still {current.status} after {timeout:g} s. Wait for it again, "
                    f"or look at conn.get_server_console({server.id!r})."
                )
            time.sleep(_POLL_SECONDS)
    raise CourseError(f"{server.name} is gone: it was deleted while you waited. Create it again.")


def _terminal_reason(conn: Connection, server: Server, flavor: str | None) -> str | None:
    """Say why waiting for a server is useless, and what to do instead; None if it is not."""
    recreate = f"Delete it with conn.delete_server({server.id!r}, wait=True), and create it again"
    if server.status == "ERROR":
        if not server.fault:
            # Nova reports the state ERROR a moment before the reason.
            time.sleep(_POLL_SECONDS)
            server = conn.get_server(server.id) or server
        message = (server.fault or {}).get("message", "").strip()
        reason = f"Nova says: {message}" if message else "Nova gives no reason."
        if "No valid host" in message:
            reason += " The flavor may need more memory or disk than the cloud has left: take a smaller one."
        return f"{server.name} is in ERROR. {reason} {recreate}."
    found = server.flavor.original_name
    if flavor and (wanted := conn.get_flavor_by_id(flavor).name) != found:
        return f"{server.name} exists already, with the flavor {found} instead of {wanted}. {recreate}."
    if server.status in _RECOVERY_CALLS and not server.task_state:
        call = f"conn.compute.{_RECOVERY_CALLS[server.status]}({server.id!r})"
        return f"{server.name} is {server.status} and will stay that way. Call {call}, then run this cell again."
    return None

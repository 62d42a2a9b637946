"""A guest between power-on and power-off."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from . import ssh, web
from .boot import boot
from .system import PowerCutError, System

_SSH, _HTTP = 22, 80
# Any further connection is closed at once, so that one guest cannot take all threads.
_MOST_CONNECTIONS = 200


class Guest:
    """A server's guest from power-on to power-off; the next power-on makes a new one."""

    def __init__(self, folder: Path, metadata: Callable[[str], bytes], boot_seconds: float) -> None:
        self._system, self._boot_seconds = System(folder, metadata), boot_seconds
        self._booted = False
        self._lock, self._connections = threading.Lock(), set[socket.socket]()

    def boot(self) -> None:
        """Boot, taking the configured seconds since power-on; write errors to the console."""
        try:
            boot(self._system, self._boot_seconds)
            self._booted = True
        except PowerCutError:
            pass
        except Exception as error:
            with suppress(Exception):
                self._system.write_console(f"The guest does not boot: {getattr(error, 'strerror', None) or error!r}")

    @property
    def booted(self) -> bool:
        """Whether the guest has booted and is still on."""
        return self._booted and not self._system.power_cut.is_set()

    def off(self) -> None:
        """Cut the power: end open connections and stop listening."""
        with self._lock:
            self._system.power_cut.set()
            for connection in self._connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def listens(self, port: int) -> bool:
        """Tell whether something listens on a port."""
        return self.booted and (port == _SSH or (port == _HTTP and self._system.WEB_SERVER in self._system.disk))

    def accept(self, port: int, connection: socket.socket, peer: str) -> None:
        """Serve a connection to a port in a new thread, then close it."""
        threading.Thread(target=self._serve, args=(port, connection, peer), daemon=True).start()

    def _serve(self, port: int, connection: socket.socket, peer: str) -> None:
        """Serve a connection; an error ends only this connection."""
        with connection, suppress(Exception):
            with self._lock:
                if not self.listens(port) or len(self._connections) >= _MOST_CONNECTIONS:
                    return
                self._connections.add(connection)
            try:
                (ssh if port == _SSH else web).serve(self._system, connection, peer)
            finally:
                with self._lock:
                    self._connections.discard(connection)

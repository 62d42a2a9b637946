"""Run a guest for each server that the hypervisor has turned on."""

import json
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

from .guest import Guest
from .metadata import Metadata

_LOOK_SECONDS = 0.5
_OFF: dict[str, Any] = {"powered_on": None, "paused": False}


class GuestHost:
    """Polls what Nova's driver has written: a folder with a machine.json for each server.

    Args:
        folder: The parent of these folders.
        metadata: The client of Nova's metadata API.
        boot_seconds: The seconds that a guest takes to boot.
    """

    def __init__(self, folder: Path, metadata: Metadata, boot_seconds: float) -> None:
        self._folder, self._metadata, self._boot_seconds = folder, metadata, boot_seconds
        self._machines: dict[str, dict[str, Any]] = {}
        self._guests: dict[str, Guest] = {}
        self._unreadable = set[str]()

    def watch(self) -> None:
        """Turn guests on and off until this process ends."""
        while True:
            try:
                self._look()
            except Exception as error:  # An error of one server must not end all guests.
                print(f"The guests could not be updated: {error!r}", flush=True)
            time.sleep(_LOOK_SECONDS)

    def find(self, server: str | None) -> Guest | None:
        """Return a server's guest if it has booted, and if its machine is on and not paused at this moment."""
        machine = self._read(str(server))
        guest, known = self._guests.get(str(server)), self._machines.get(str(server), _OFF)
        # The guest of an earlier power-on is about to end.
        is_current = machine["powered_on"] == known["powered_on"] and not machine["paused"]
        return guest if guest and is_current and guest.booted else None

    def _look(self) -> None:
        seen = {path.name: self._read(path.name) for path in self._folder.glob("*")}
        for server in self._guests.keys() - {name for name, machine in seen.items() if machine["powered_on"]}:
            self._guests.pop(server).off()
        for server, machine in seen.items():
            if machine["powered_on"] and machine["powered_on"] != self._machines.get(server, _OFF)["powered_on"]:
                self._turn_on(server, machine)
        self._machines = seen

    def _read(self, server: str) -> dict[str, Any]:
        """Return what a server's machine.json says; a machine whose file cannot be read is off."""
        place = self._folder / server / "machine.json"
        try:
            machine = _OFF | json.loads(place.read_text())
            self._unreadable.discard(server)
            return machine
        except (FileNotFoundError, NotADirectoryError):
            return _OFF
        except (OSError, ValueError, TypeError) as error:
            if server not in self._unreadable:
                print(f"The server {server} is off, because {place} cannot be read: {error}", flush=True)
            self._unreadable.add(server)
            return _OFF

    def _turn_on(self, server: str, machine: dict[str, Any]) -> None:
        if before := self._guests.get(server):
            before.off()
        ask = partial(self._metadata.get, machine)
        self._guests[server] = guest = Guest(self._folder / server, ask, self._boot_seconds)
        threading.Thread(target=guest.boot, daemon=True).start()

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


class GuestHost:
    """Looks again and again at what Nova's driver has written: a folder with a machine.json for each server.

    Args:
        folder: Where these folders are.
        metadata: Asks Nova what it tells its guests.
        boot_seconds: How long a guest takes to boot.
    """

    def __init__(self, folder: Path, metadata: Metadata, boot_seconds: float) -> None:
        self._folder, self._metadata, self._boot_seconds = folder, metadata, boot_seconds
        self._machines: dict[str, dict[str, Any]] = {}
        self._guests: dict[str, Guest] = {}

    def watch(self) -> None:
        """Turn guests on and off for as long as this process lives."""
        while True:
            try:
                self._look()
            except Exception as error:  # One server's mistake must not be the end of all guests.
                print(f"The guests could not be looked after: {error!r}", flush=True)
            time.sleep(_LOOK_SECONDS)

    def find(self, server: str | None) -> Guest | None:
        """Return a server's guest, if its machine is on and not paused at this moment, and the guest has booted."""
        try:
            machine = json.loads((self._folder / str(server) / "machine.json").read_text())
        except FileNotFoundError:
            return None
        guest, known = self._guests.get(str(server)), self._machines.get(str(server), {})
        # A guest of an earlier power on is about to end.
        is_current = machine["powered_on"] == known.get("powered_on") and not machine["paused"]
        return guest if guest and is_current and guest.booted else None

    def _look(self) -> None:
        seen = {path.parent.name: json.loads(path.read_text()) for path in self._folder.glob("*/machine.json")}
        for server in self._guests.keys() - {name for name, machine in seen.items() if machine["powered_on"]}:
            self._guests.pop(server).off()
        for server, machine in seen.items():
            if machine["powered_on"] and machine["powered_on"] != self._machines.get(server, {}).get("powered_on"):
                self._turn_on(server, machine)
        self._machines = seen

    def _turn_on(self, server: str, machine: dict[str, Any]) -> None:
        if before := self._guests.get(server):
            before.off()
        ask = partial(self._metadata.get, machine)
        self._guests[server] = guest = Guest(self._folder / server, ask, self._boot_seconds)
        threading.Thread(target=guest.boot, daemon=True).start()

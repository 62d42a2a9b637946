"""What the parts of a guest share: hardware, disk, metadata and console."""

import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from . import machine
from .filetree import File, FileTree

_FOLDER = Path(__file__).parent
_TEXTS = yaml.safe_load((_FOLDER / "texts.yaml").read_text() + (_FOLDER / "console_log.yaml").read_text())


class PowerCutError(Exception):
    """The server was turned off while its guest was busy."""


class System:
    """One guest between power-on and power-off."""

    WEB_SERVER = "/var/lib/practice-cloud/web-server"

    def __init__(self, folder: Path, metadata: Callable[[str], bytes]) -> None:
        self.folder, self.metadata = folder, metadata
        self.power_cut = threading.Event()
        self.disk: FileTree

    @property
    def machine(self) -> dict[str, Any]:
        """The current hardware."""
        return machine.load(self.folder)

    @property
    def hostname(self) -> str:
        """The guest's hostname."""
        return self.disk.read("/etc/hostname").strip()

    @property
    def uptime(self) -> float:
        """The seconds since power-on."""
        return max(0.0, time.time() - self.machine["powered_on"])

    def home(self, user: str) -> str:
        """Return a user's home folder."""
        return "/root" if user == "root" else f"/home/{user}"

    def text(self, name: str, **words: Any) -> str:
        """Fill in a text of texts.yaml or console_log.yaml."""
        known = {} if "hostname" in words else {"hostname": self.hostname}
        return _TEXTS[name].format(**{**self.machine, **known, **words})

    def write_skeleton(self, hostname: str) -> None:
        """Write the initial files of a disk, to which cloud-init adds its own."""
        for path, text in _TEXTS["files"].items():
            mode = 0o600 if text == "" else 0o644
            self.disk[path] = File(text.format(hostname=hostname, **self.machine), mode)
        known = self.machine["release"] | {"PRETTY_NAME": self.machine["system"], "VARIANT": "Practice cloud"}
        release = "".join(f"{name}={json.dumps(value, ensure_ascii=False)}\n" for name, value in known.items())
        self.disk["/etc/os-release"] = File(release)

    def sleep(self, seconds: float) -> None:
        """Wait; raise PowerCutError if the power is cut."""
        if self.power_cut.wait(max(0, seconds)):
            raise PowerCutError

    def write_console(self, text: str) -> None:
        """Write lines to the console, which Nova shows as the server's console log."""
        self.sleep(0)
        lines = ["".join(c if c.isprintable() else "?" for c in line[:300]) for line in text.splitlines()]
        console = os.open(self.folder / "console.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with open(console, "w", encoding="utf-8", errors="replace") as file:
            file.write("\n".join(lines) + "\n")

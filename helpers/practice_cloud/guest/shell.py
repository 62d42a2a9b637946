"""The shell of a guest: one command per line, without operators."""

import getopt
import re
import shlex
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from .commands import block, files, mount, network
from .commands.files import CommandError
from .filetree import LOCK
from .system import System

_COMMANDS = {
    "cat": files.cat,
    "cloud-init": files.cloud_init,
    "cp": files.cp,
    "df": block.df,
    "grep": files.grep,
    "ls": files.ls,
    "lsblk": block.lsblk,
    "mkdir": files.mkdir,
    "mkfs.ext4": block.mkfs,
    "mount": mount.mount,
    "touch": files.touch,
    "umount": mount.umount,
}
_FACTS = yaml.safe_load(Path(__file__).with_name("commands.yaml").read_text())
_QUOTED, _OPERATOR = re.compile(r"'[^']*'|\"(\\.|[^\"\\])*\"|\\."), re.compile(r"[;&|<>`]|\$\(")


class LogoutError(Exception):
    """The user logs out."""


@dataclass(frozen=True)
class Shell:
    """The shell of one user."""

    system: System
    user: str

    @property
    def prompt(self) -> str:
        """The prompt of an interactive session."""
        return f"{self.user}@{self.system.hostname}:~{'#' if self.user == 'root' else '$'} "

    def run(self, line: str) -> tuple[str, str, int]:
        """Run a line; return its output, its error messages and its exit code, or raise LogoutError."""
        if _OPERATOR.search(_QUOTED.sub("", line)):
            return "", self.system.text("operators"), 2
        try:
            words = shlex.split(line) if not line.lstrip().startswith("#") else []
            return self._call(*words) if words else "", "", 0
        except CommandError as error:
            return error.output, f"{error}\n" if str(error) else "", error.code
        except (ValueError, getopt.GetoptError) as error:
            return "", f"{line.split()[0]}: {error}\n", 2
        except OSError as error:
            # For example, the disk of the machine that the cloud runs on is full.
            return "", f"{line.split()[0]}: {error.strerror}\n", 1

    def _call(self, name: str, *arguments: str) -> str:
        """Call a command and return its output."""
        if name == "exit":
            raise LogoutError(int(arguments[0]) % 256 if arguments else 0)
        if name == "sudo":
            if not arguments:
                raise CommandError("usage: sudo COMMAND")
            return replace(self, user="root")._call(*arguments)
        if name == "curl":
            # It may wait for Nova, and no other session must wait with it.
            return network.curl(self.system, self.user, arguments)
        if name in _COMMANDS:
            with LOCK:
                return _COMMANDS[name](self.system, self.user, arguments)
        if name == "help":
            return "".join(f"{known:11} {facts['help']}\n" for known, facts in sorted(_FACTS.items()))
        if name not in _FACTS:
            raise CommandError(f"{name}: command not found. Available: {', '.join(sorted(_FACTS))}", 127)
        return self._show(name, " ".join(arguments))

    def _show(self, name: str, options: str) -> str:
        """Print facts about the guest."""
        if options not in _FACTS[name] or options == "help":
            known = ", ".join(f"{name} {other}".strip() for other in _FACTS[name] if other != "help")
            raise CommandError(f"{name}: the built-in guest does not know '{options}', only: {known}", 2)
        machine = self.system.machine
        facts = machine | {
            "hostname": self.system.hostname,
            "user": self.user,
            "uid": 0 if self.user == "root" else 1000,
            "minutes": int(self.system.uptime // 60),
            "memory_kib": machine["memory_mib"] * 1024,
            "memory_gib": machine["memory_mib"] / 1024,
        }
        return _FACTS[name][options].format(**facts) + "\n"

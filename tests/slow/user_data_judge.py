"""cloud-init's own code reads user data: test_user_data.py runs this program, with cloud-init on its path.

It runs no command, and changes nothing outside of its folder.
"""

import base64
import copy
import inspect
import json
import logging
import os
import stat
import sys
from contextlib import ExitStack
from pathlib import Path
from pprint import pformat
from types import SimpleNamespace
from unittest import mock

from cloudinit import handlers, helpers, ssh_util, subp, user_data, util
from cloudinit.config import cc_package_update_upgrade_install, cc_ssh, cc_write_files, cc_write_files_deferred
from cloudinit.distros import debian, ug_util
from cloudinit.handlers.cloud_config import CloudConfigPartHandler

try:
    from cloudinit.distros.package_management import apt

    # Every package exists.
    apt.Apt.get_unavailable_packages = lambda self, names: []
except ImportError:  # cloud-init before 23.4
    apt = debian
# Do not look at this machine's own.
apt.APT_LOCK_FILES = []

# cc_ssh is to leave the host keys of this machine alone.
HARMLESS = {"ssh_deletekeys": False, "ssh_genkeytypes": [], "ssh_publish_hostkeys": {"enabled": False}}


class Machine:
    """A new server, whose files are in a folder, and what cloud-init makes of it."""

    def __init__(self, folder: Path, given: dict):
        self.root, self.user, self.names = folder / "root", given["user"], set(given["names"])
        self.owners, self.installed, self.keys = {}, set(), set()
        self.initial = {path: [content, "0644", "root:root"] for path, content in given["files"].items()}
        for path, (content, _, _) in self.initial.items():
            self.place(path).parent.mkdir(parents=True, exist_ok=True)
            self.place(path).write_bytes(base64.b64decode(content))
        paths = helpers.Paths({"cloud_dir": str(folder / "cloud"), "run_dir": str(folder / "run")})
        settings = {"default_user": {"name": self.user}}
        keys = {"get_public_ssh_keys": lambda: list(given["keys"])}
        self.cloud = SimpleNamespace(distro=debian.Distro("debian", settings, paths), paths=paths, **keys)

    def place(self, path: str) -> Path:
        path = Path(path)
        return path if path.is_relative_to(self.root) else self.root / str(path).lstrip("/")

    def path(self, place: Path) -> str:
        return f"/{place.relative_to(self.root)}"

    def read(self, text: bytes) -> tuple[str | None, dict]:
        """Return what kind of user data a text is, and its keys if it is a cloud-config."""
        part = user_data.convert_string(text)
        payload = util.fully_decoded_payload(part)
        if util.decomp_gzip(text, decode=False) != text:
            return "GZIP", {}
        if part.get_content_type() != handlers.NOT_MULTIPART_TYPE:
            return "MIME", {}
        kind = handlers.type_from_starts_with(payload)
        if kind != "text/cloud-config":
            return kind, {}
        handler, headers = CloudConfigPartHandler(self.cloud.paths), {"Content-Type": kind}
        handler.cloud_fn = "cloud-config.txt"
        with mock.patch("cloudinit.util.write_file") as write:
            for signal in (handlers.CONTENT_START, kind, handlers.CONTENT_END):
                handler.handle_part(None, signal, "part-001", payload, None, headers)
        return kind, util.load_yaml(write.call_args.args[1]) or {}

    def set_up(self, text: bytes) -> dict:
        """Return what cloud-init makes of user data."""
        kind, config = self.read(text)
        merged = util.mergemanydict([HARMLESS, config, {"users": ["default"]}])
        with self.alone():
            users = self.attempt(lambda: ug_util.normalize_users_groups(copy.deepcopy(merged), self.cloud.distro)[0])
            self.run(cc_write_files, merged)
            self.names.add(self.user)
            for module in (cc_ssh, cc_package_update_upgrade_install, cc_write_files_deferred):
                self.run(module, merged)
        return {
            "kind": kind,
            "users": sorted(users or {}),
            "values": {key: pformat(config.get(key)) for key in ("packages", "ssh_authorized_keys", "write_files")},
            "files": {path: file for path, file in self.files().items() if file != self.initial.get(path)},
            "packages": sorted(self.installed),
            "authorized": sorted(self.keys),
        }

    def alone(self) -> ExitStack:
        """Let cloud-init see the folder as its whole machine."""
        write, chmod, look = util.write_file, util.chmod, util.get_permissions
        seen = {
            "write_file": lambda path, *rest, **more: write(str(self.place(path)), *rest, **more),
            "chmod": lambda path, mode: chmod(self.place(path), mode),
            "get_permissions": lambda path: look(self.place(path)),
            "chownbyid": self.chown,
            "pwd": SimpleNamespace(getpwnam=self.find),
            "grp": SimpleNamespace(getgrnam=self.find),
        }
        patches = ExitStack()
        patches.enter_context(mock.patch.multiple(util, **seen))
        patches.enter_context(mock.patch.multiple(subp, subp=self.command, which=lambda program, **more: program))
        patches.enter_context(mock.patch.object(ssh_util, "setup_user_keys", self.authorize))
        return patches

    def find(self, name: str) -> SimpleNamespace:
        if name not in self.names:
            raise KeyError(name)
        return SimpleNamespace(pw_uid=name, gr_gid=name)

    def chown(self, path: str, user: str | int = -1, group: str | int = -1) -> None:
        path = self.path(self.place(path))
        before = self.owners.get(path, "root:root").split(":")
        self.owners[path] = ":".join(old if new == -1 else new for new, old in zip((user, group), before, strict=True))

    def attempt(self, work):
        """A module that fails does not keep the others from their work."""
        try:
            return work()
        except Exception as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)

    def run(self, module, config: dict) -> None:
        arguments = {"name": "x", "cfg": copy.deepcopy(config), "cloud": self.cloud, "args": []}
        # Older versions give a module its logger.
        wanted = inspect.signature(module.handle).parameters
        log = {"log": logging.getLogger("x")} if "log" in wanted else {}
        self.attempt(lambda: module.handle(**arguments, **log))

    def authorize(self, keys: set, user: str, options: str | None = None) -> None:
        parsed = [ssh_util.AuthKeyLineParser().parse(str(key)) for key in keys]
        self.keys |= {key.base64 for key in parsed if key.valid() and user == self.user}

    def command(self, args: list[str], **more) -> SimpleNamespace:
        """Write down what apt-get is to install."""
        self.installed |= set(args[args.index("install") + 1 :]) if "install" in args else set()
        return SimpleNamespace(stdout="", stderr="")

    def files(self) -> dict[str, list[str]]:
        """Return content, mode and owner of each file."""
        files = {}
        for place in self.root.rglob("*"):
            if place.is_file():
                mode = stat.S_IMODE(place.stat().st_mode)
                place.chmod(0o600)
                owner = self.owners.get(self.path(place), "root:root")
                files[self.path(place)] = [base64.b64encode(place.read_bytes()).decode(), f"{mode:04o}", owner]
        return files


def main() -> None:
    """Read what is given from stdin, and print what becomes of each text."""
    given, folder = json.load(sys.stdin), Path.cwd()
    # What a relative path begins with, and which permissions a new file has, when cloud-init runs.
    os.chdir("/")
    os.umask(0o022)
    logging.basicConfig(level=logging.WARNING)
    outcomes = {}
    for name, text in given["texts"].items():
        print(f"== {name}", file=sys.stderr)
        outcomes[name] = Machine(folder / name, given).set_up(base64.b64decode(text))
    json.dump({"kinds": handlers.INCLUSION_TYPES_MAP, "outcomes": outcomes}, sys.stdout)


if __name__ == "__main__":
    main()

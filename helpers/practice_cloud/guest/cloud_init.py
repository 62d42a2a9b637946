"""cloud-init in a guest: ask the metadata API for the server's data, and set the guest up at its first boot."""

import json
import posixpath
import time
from collections.abc import Callable
from typing import Any

from .filetree import DiskError, File, absolute
from .system import System
from .user_data import is_true, package_names, permissions, read, stages, unpack

LOG, FINISHED = "/var/log/cloud-init-output.log", "/var/lib/cloud/instance/boot-finished"
TRIES, RETRY_SECONDS = 4, 1
_WEB_SERVERS = {"nginx", "apache2", "httpd", "lighttpd", "caddy"}


class CloudInit:
    """One run of cloud-init."""

    def __init__(self, system: System) -> None:
        self._system, self._disk = system, system.disk
        self._disk.setdefault(LOG, File(""))

    def run(self) -> None:
        """Set the guest up at its first boot; a disk that comes from another server is set up again."""
        self._say(f"ci-info: eth0 up, address {self._system.machine['address']}")
        finished, server = self._disk.get(FINISHED), self._system.machine["uuid"]
        if finished and finished.content == server:
            self._say("This is not the first boot: files, keys and packages stay as they are")
        elif (answers := self._ask()) is None:
            self._system.write_skeleton(self._system.machine["distribution"])
        else:
            self._set_up(*answers)
            self._disk[FINISHED] = File(server)
        self._say(f"Cloud-init finished at {time.strftime('%a, %d %b %Y %T +0000', time.gmtime())}")

    def _ask(self) -> tuple[dict[str, Any], bytes] | None:
        """Ask the metadata API, which may start later than the guest; return None if it does not answer."""
        for trial in range(TRIES):
            self._system.sleep(RETRY_SECONDS if trial else 0)
            try:
                instance = json.loads(self._system.metadata("openstack/latest/meta_data.json"))
                return instance, self._user_data()
            except (OSError, LookupError, ValueError) as error:
                reason = type(error).__name__
        self._warn(f"No metadata from http://169.254.169.254 ({reason}): no keys, so nobody can log in")
        return None

    def _user_data(self) -> bytes:
        """Return the user data, or nothing if the server has none."""
        try:
            return self._system.metadata("openstack/latest/user_data")
        except LookupError:
            return b""

    def _set_up(self, instance: dict[str, Any], user_data: bytes) -> None:
        """Do the work of a first boot: hostname, files, keys and packages."""
        hostname = instance["hostname"].split(".")[0]
        self._say(f"Server {instance['name']} ({instance['uuid']}), hostname {hostname}, datasource OpenStack")
        self._system.write_skeleton(hostname)
        self._disk["/var/lib/cloud/instance/user-data.txt"] = File(user_data.decode(errors="surrogateescape"), 0o600)
        config = read(user_data, self._warn)
        early, late = stages(config.get("write_files", []), self._warn)
        self._write_files(early)
        self._add_user([*instance.get("public_keys", {}).values()], config.get("ssh_authorized_keys", []))
        self._install(config.get("packages"))
        self._write_files(late)

    def _write_files(self, entries: list[tuple[int, Any]]) -> None:
        """Write files up to the first one that cannot be written, as cloud-init does."""
        for number, file in entries:
            place = f"write_files: entry {number}"
            try:
                self._write_file(file, lambda line, place=place: self._warn(f"{place}: {line}"))
            except Exception as error:
                # Python's words for a wrong type tell nothing about user data.
                reason = "a value has the wrong type" if isinstance(error, TypeError | AttributeError) else error
                self._warn(f"{place}: {reason}; the entries after it are not read")
                return

    def _write_file(self, file: dict[str, Any], warn: Callable[[str], None]) -> None:
        """Write a file of the user data."""
        if not file.get("path"):
            warn("it has no path")
            return
        path = absolute(file["path"])
        before = self._disk.get(path) or File("")
        content = before.content * is_true(file.get("append")) + unpack(file, warn)
        # To take all permissions away changes nothing.
        mode = permissions(file, warn) & 0o7777 or before.mode
        wanted = [name.strip() for name in (file.get("owner", "root:root") or "").split(":", 1)] + [""]
        names = zip(wanted, before.owner.split(":"), strict=False)
        owner = [old if name.lower() in ("", "-1", "none") else name for name, old in names]
        known = {line.split(":")[0] for line in self._disk["/etc/passwd"].content.splitlines()}
        unknown = [name for name in owner if name not in known]
        # A new folder gets its owner before the file is written, and a file in another folder after that.
        if not unknown or self._disk.is_folder(posixpath.dirname(path)):
            self._disk.write(path, content, mode, before.owner if unknown else ":".join(owner))
        if unknown:
            later = "is made later: defer: true would wait" if unknown[0] == self._system.machine["user"] else ""
            raise DiskError(f"{path}: user or group {unknown[0]} {later or 'is unknown to the built-in guest'}")
        self._say(f"write_files: wrote {path}")

    def _add_user(self, keys: list[Any], more_keys: Any) -> None:
        """Make the user, who can log in with these keys."""
        user = self._system.machine["user"]
        path = f"{self._system.home(user)}/.ssh/authorized_keys"
        try:
            keys = list(dict.fromkeys([*keys, *more_keys]))
        except TypeError:
            self._warn("ssh_authorized_keys: it must be a list of texts; otherwise nobody's key is accepted")
            keys = []
        if user != "root":
            self._disk["/etc/passwd"].content += f"{user}:x:1000:1000::/home/{user}:/bin/sh\n"
        before = self._disk[path].content if path in self._disk else ""
        self._disk[path] = File(before + "".join(f"{str(key).strip()}\n" for key in keys), 0o600, f"{user}:{user}")
        self._say(f"ci-info: authorized keys of user {user}: {len(keys)}")

    def _install(self, wanted: Any) -> None:
        """Turn on the built-in web server if one of the packages is a web server; ignore the others."""
        try:
            packages = package_names(wanted)
        except ValueError as error:
            self._warn(f"packages: {error}")
            return
        if packages:
            self._say(f"packages: {', '.join(packages)}: the built-in guest installs nothing")
        if web_server := next((name for name in packages if name.split("=")[0] in _WEB_SERVERS), None):
            self._disk[self._system.WEB_SERVER] = File(web_server)
            page = self._system.text("page", web_server=web_server)
            self._disk.setdefault("/var/www/html/index.html", File(page))
            self._say(f"packages: in place of {web_server}, it serves /var/www/html on port 80 itself")

    def _say(self, line: str) -> None:
        """Write to the console and to cloud-init's own log; line breaks in names do not begin a new line."""
        line = " ".join(line.splitlines())
        self._disk[LOG].content += f"{line}\n"
        self._system.write_console(f"[{self._system.uptime:12.6f}] cloud-init: {line}")

    def _warn(self, line: str) -> None:
        """Write a warning."""
        self._say(f"WARNING: {line}")

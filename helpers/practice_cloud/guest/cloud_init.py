"""cloud-init in a guest: ask the metadata API for the server's data, and set the guest up at its first boot."""

import base64
import json
import time
import zlib
from typing import Any

from .filetree import CAPACITY, DiskError, File, absolute
from .system import System
from .user_data import read

LOG, FINISHED = "/var/log/cloud-init-output.log", "/var/lib/cloud/instance/boot-finished"
TRIES, RETRY_SECONDS = 4, 1
_ENCODINGS = {"", "text/plain", "b64", "base64", "gz", "gzip", "gz+b64", "gz+base64", "gzip+b64", "gzip+base64"}
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
        for entry in config.get("write_files", []):
            self._write_file(**entry)
        self._authorize([*instance.get("public_keys", {}).values(), *config.get("ssh_authorized_keys", [])])
        if packages := config.get("packages"):
            self._install(packages)

    def _write_file(self, path: str, content: str | None = None, encoding: str = "", **entry: Any) -> None:
        """Write a file of the user data."""
        path = absolute(path)
        try:
            data = (content or "").encode()
            if encoding not in _ENCODINGS:
                self._warn(f"write_files: {path}: unknown encoding type {encoding}, assuming text/plain")
                encoding = ""
            data = base64.b64decode(data) if "64" in encoding else data
            # Stop at the disk's capacity: a few bytes can decompress to gigabytes.
            data = zlib.decompressobj(wbits=31).decompress(data, CAPACITY + 1) if "gz" in encoding else data
            before = self._disk[path].content if entry.get("append") and path in self._disk else ""
            permissions = entry.get("permissions", 0o644)
            mode = int(permissions, 8) if isinstance(permissions, str) else permissions
            owner = entry.get("owner", "root:root")
            self._disk.write(path, before + data.decode(errors="surrogateescape"), mode & 0o7777, owner)
            self._say(f"write_files: wrote {path}")
        except (DiskError, ValueError, zlib.error) as error:
            self._warn(f"write_files: {path}: {error}")

    def _authorize(self, keys: list[str]) -> None:
        """Add public keys to the user's authorized_keys."""
        user = self._system.machine["user"]
        path = f"{self._system.home(user)}/.ssh/authorized_keys"
        before = self._disk[path].content if path in self._disk else ""
        self._disk[path] = File(before + "".join(f"{key.strip()}\n" for key in keys), 0o600, f"{user}:{user}")
        self._say(f"ci-info: authorized keys of user {user}: {len(keys)}")

    def _install(self, packages: list[str]) -> None:
        """Turn on the built-in web server if one of the packages is a web server; ignore the others."""
        self._say(f"packages: {', '.join(packages)}: the built-in guest installs nothing")
        if web_server := next((name for name in packages if name in _WEB_SERVERS), None):
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

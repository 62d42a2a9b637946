"""A guest without a cloud around it: what surrounds it, and ways in."""

import http.client
import json
import socket
import time
from pathlib import Path

import paramiko
import pytest
import yaml

from practice_cloud.guest import Guest
from practice_cloud.guest.shell import LogoutError, Shell

IMAGE = {"id": "7a3b", "name": "Ubuntu Server 20.04 LTS", "os_distro": "ubuntu", "os_version": "20.04"}
MACHINE = {"uuid": "3f2a", "vcpus": 2, "memory_mib": 1024, "disk_gib": 20, "address": "192.168.122.5"}
PEER = "198.51.100.7"


class Server:
    """What surrounds a guest: the folder that Nova's driver writes, the metadata API, and a way in."""

    def __init__(self, folder: Path, key: paramiko.PKey):
        self.folder, self.key = folder, key
        self.guest: Guest
        self.image, self.user_data, self.more = {**IMAGE, "os_admin_user": None}, None, {}
        self.public_keys = {"course": f"{key.get_name()} {key.get_base64()} me@laptop"}

    def metadata(self, path: str) -> bytes:
        names = {"uuid": "3f2a", "name": "my_server", "hostname": "my-server.novalocal"}
        answers = {
            "openstack/latest/meta_data.json": json.dumps({**names, "public_keys": self.public_keys}).encode(),
            "openstack/latest/user_data": self.user_data,
        }
        if answers.get(path) is None:
            raise LookupError(path)
        return answers[path]

    def on(self, user_data: str | bytes | None = None, seconds: float = 0, **more) -> Guest:
        """Power on, and boot."""
        if user_data is not None:
            self.user_data = user_data.encode() if isinstance(user_data, str) else user_data
        machine = {**MACHINE, "image": self.image, "powered_on": time.time(), **self.more, **more}
        (self.folder / "machine.json").write_text(json.dumps(machine))
        self.resume(seconds)
        return self.guest

    def resume(self, seconds: float = 0) -> None:
        """Make the guest, as at power on and when the process of the guests begins anew."""
        self.guest = Guest(self.folder, self.metadata, seconds)
        self.guest.boot()

    def connection(self, port: int = 22) -> socket.socket:
        mine, guests = socket.socketpair()
        self.guest.accept(port, guests, PEER)
        mine.settimeout(10)
        return mine

    def ssh(self, user: str = "ubuntu", key: paramiko.PKey | None = None) -> paramiko.SSHClient:
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        options = {"allow_agent": False, "look_for_keys": False, "timeout": 10}
        client.connect("guest", username=user, pkey=key or self.key, sock=self.connection(), **options)
        return client

    def run(self, command: str) -> tuple[int, str, str]:
        """Run a command in the guest's shell, as its user; tests of SSH itself ask for a client."""
        system = self.guest._system
        try:
            output, errors, code = Shell(system, system.machine["user"]).run(command)
        except LogoutError as logout:
            return logout.args[0], "", ""
        return code, output, errors

    def get(self, path: str = "/", method: str = "GET") -> tuple[http.client.HTTPResponse, bytes]:
        client = http.client.HTTPConnection("guest")
        client.sock = self.connection(80)
        client.request(method, path)
        response = client.getresponse()
        return response, response.read()

    @property
    def console(self) -> str:
        return (self.folder / "console.log").read_text()

    @property
    def warnings(self) -> list[str]:
        return [line.split("WARNING: ")[1] for line in self.console.splitlines() if "WARNING: " in line]

    def file(self, path: str) -> str:
        code, output, errors = self.run(f"sudo cat {path}")
        assert (code, errors) == (0, "")
        return output


def execute(client: paramiko.SSHClient, command: str) -> tuple[int, str, str]:
    _, output, errors = client.exec_command(command, timeout=10)
    return output.channel.recv_exit_status(), output.read().decode(), errors.read().decode()


@pytest.fixture(scope="session")
def key():
    return paramiko.RSAKey.generate(2048)


@pytest.fixture
def server(tmp_path, key):
    server = Server(tmp_path, key)
    yield server
    server.guest.off()


def cloud_config(**keys) -> str:
    return "#cloud-config\n" + yaml.safe_dump(keys)


@pytest.fixture
def volume(tmp_path_factory):
    """A new volume of 2 GiB, as a machine has it."""
    path = tmp_path_factory.mktemp("volumes") / "volume-1"
    with path.open("wb") as file:
        file.truncate(2 * 2**30)
    return {"device": "/dev/vdb", "size_gib": 2, "id": "9c5f8f0e-5b5c-4d7c-9a43-2d4f6f2d4d11", "path": str(path)}


def do(server, *commands: str) -> str:
    """Run commands that succeed, and return what the last one wrote."""
    results = [server.run(command) for command in commands]
    assert [(code, errors) for code, _, errors in results] == [(0, "")] * len(commands), results
    return results[-1][1]

"""The built-in guest of a server, asked by the real ssh and by many sessions at once."""

import base64
import gzip
import json
import shutil
import socket
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import paramiko
import pytest
from shared.guest import PEER, Server, cloud_config, do, execute

from practice_cloud.base import sparse
from practice_cloud.guest import volume_bytes as on_volume


@pytest.fixture
def ssh_command(server, tmp_path):
    """The real ssh program, at a port of this machine that leads to the guest."""
    if not (program := shutil.which("ssh")):
        pytest.skip("there is no ssh on this machine")
    listener = socket.create_server(("127.0.0.1", 0))

    def listen():
        while True:
            try:
                connection = listener.accept()[0]
            except OSError:
                return
            server.guest.accept(22, connection, PEER)

    threading.Thread(target=listen, daemon=True).start()
    server.key.write_private_key_file(tmp_path / "course.pem")
    options = {
        "UserKnownHostsFile": tmp_path / "known_hosts",
        "StrictHostKeyChecking": "accept-new",
        "LogLevel": "ERROR",
    }
    flags = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    port, batch = str(listener.getsockname()[1]), ["-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes"]
    command = [program, "-F", "none", *flags, *batch, "-p", port]

    def run(*arguments, user="ubuntu", key="course.pem", **more):
        where = ["-i", tmp_path / key, *[word for word in arguments if word in ("-tt", "-T")], f"{user}@127.0.0.1"]
        rest = [word for word in arguments if word not in ("-tt", "-T")]
        return subprocess.run([*command, *where, *rest], capture_output=True, timeout=20, **({"input": b""} | more))

    yield run
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def test_the_real_ssh(server, ssh_command):
    server.on()
    result = ssh_command("hostname")
    assert (result.returncode, result.stdout, result.stderr) == (0, b"my-server\n", b"")
    assert ssh_command("grep", "-c", "^processor", "/proc/cpuinfo").stdout == b"2\n"
    result = ssh_command("reboot")
    assert result.returncode == 127
    assert result.stderr.startswith(b"reboot: command not found")
    assert ssh_command("exit 3").returncode == 3
    result = ssh_command("-T", input=b"whoami\nexit 5\n")
    assert (result.returncode, result.stdout) == (5, b"ubuntu\n")
    result = ssh_command("-tt", input=b"whoami\rexit 6\r")
    assert result.returncode == 6
    assert b"ubuntu@my-server:~$ whoami\r\nubuntu\r\n" in result.stdout


def test_the_real_ssh_is_refused(server, ssh_command, tmp_path):
    server.on()
    assert b"Permission denied (publickey)" in ssh_command("hostname", user="root").stderr
    paramiko.ECDSAKey.generate().write_private_key_file(tmp_path / "other.pem")
    assert b"Permission denied (publickey)" in ssh_command("hostname", key="other.pem").stderr


def test_the_real_ssh_knows_a_server_again_and_a_rebuilt_one_not(server, ssh_command):
    server.on()
    assert ssh_command("hostname").returncode == 0
    server.guest.off()
    server.on()
    assert ssh_command("hostname").returncode == 0
    server.guest.off()
    for name in ("disk.json", "ssh_host_ed25519_key"):
        (server.folder / name).unlink()
    server.on()
    assert b"Host key verification failed" in ssh_command("hostname").stderr


def write_files_at_once(servers, folder: str, number: int) -> list[int]:
    """Let a session of each server write files into a folder, all at the same time; return the exit codes."""

    def session(server, name: str) -> list[int]:
        with server.ssh() as client:
            commands = [f"sudo cp /etc/hostname {folder}/{name}-{i}" for i in range(number)]
            return [execute(client, command)[0] for command in commands]

    with ThreadPoolExecutor() as pool:
        return sum(pool.map(session, servers, [f"session-{i}" for i in range(len(servers))]), [])


def test_sessions_writing_at_once_lose_nothing_on_the_root_disk(server):
    # To look through many files takes a while, in which another session could write one more.
    server.on(cloud_config(write_files=[{"path": f"/srv/{number}", "content": ""} for number in range(500)]))
    server.run("mkdir many")
    assert write_files_at_once([server] * 3, "/home/ubuntu/many", 40) == [0] * 120
    assert len(server.run("ls many")[1].split()) == 120


def test_sessions_that_write_at_once_lose_nothing_on_a_volume(server, volume, tmp_path_factory, key):
    server.on("#cloud-config\n", volumes=[volume])
    do(server, "sudo mkfs.ext4 /dev/vdb", "sudo mount /dev/vdb /mnt")
    # A volume may be attached to several servers.
    other = Server(tmp_path_factory.mktemp("other"), key)
    other.on("#cloud-config\n", volumes=[volume])
    do(other, "sudo mount /dev/vdb /mnt")
    assert write_files_at_once([server, server, other], "/mnt", 40) == [0] * 120
    for reader in (server, other):
        assert len(reader.run("ls /mnt")[1].split()) == 120 + len(["lost+found"])
    assert not list(Path(volume["path"]).parent.glob("*.writing"))


def test_a_copy_of_a_volume_is_never_half_written(server, volume, tmp_path):
    content = base64.b64encode(gzip.compress(b"x" * 2**21)).decode()
    large = {"path": "/large", "content": content, "encoding": "gz+b64"}
    server.on(cloud_config(write_files=[large]), volumes=[volume])
    do(server, "sudo mkfs.ext4 /dev/vdb", "sudo mount /dev/vdb /mnt", "sudo touch /mnt/note", "sudo cp /large /mnt")
    # The note is longer and shorter in turn, and all that follows it moves.
    notes = ["sudo cp /etc/os-release /mnt/note", "sudo cp /etc/hostname /mnt/note"] * 20
    with ThreadPoolExecutor() as pool:
        writing, copies = pool.submit(do, server, *notes), []
        while not writing.done():
            sparse.copy(volume["path"], tmp_path / "copy")
            copies.append(json.loads(on_volume.read(tmp_path / "copy")))
    writing.result()
    assert copies
    assert {len(copy["/large"]["content"]) for copy in copies} == {2**21}

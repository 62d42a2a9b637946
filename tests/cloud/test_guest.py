"""The built-in guest of a server: what it does without a cloud around it, seen through real connections."""

import shutil
import socket
import subprocess
import threading

import paramiko
import pytest
from shared.guest import PEER


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

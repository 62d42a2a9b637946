"""Run commands on a server with the program ssh."""

import itertools
import os
import shlex
import subprocess
from pathlib import Path

from openstack.compute.v2.keypair import Keypair
from openstack.compute.v2.server import Server

from helpers.errors import CourseError

_calls = itertools.count()
_OPTIONS = ["BatchMode=yes", "ConnectTimeout=20", "StrictHostKeyChecking=accept-new"]


def read_public_key(file: Path) -> str:
    """Return the public half of a private key, or an empty string if the file is missing or empty.

    Raises:
        CourseError: The file holds something else, the key needs a passphrase, or others may read the file.
    """
    if not file.exists() or not file.stat().st_size:
        return ""
    read = subprocess.run(["ssh-keygen", "-y", "-P", "", "-f", str(file)], capture_output=True, text=True)
    if read.returncode:
        message = " ".join(read.stderr.replace("@", "").split())
        advice = f"Run: chmod 600 {file}" if "too open" in message else "Use another file, or move this one elsewhere."
        raise CourseError(f"{file} cannot be used. It was left unchanged. {message} {advice}")
    return read.stdout.strip()


def matches_keypair(public: str, pair: Keypair) -> bool:
    """Return whether a public key is that of a key pair; their comments do not count."""
    return pair.public_key.split()[:2] == public.split()[:2]


def run_over_ssh(server: Server, command: str, key: str | Path, user: str = "ubuntu") -> str:
    """Run a command on a server, show it as a terminal does, and return its output.

    The first call in a kernel shows the whole line for ssh, which you could type yourself.

    Args:
        server: The server, with a floating IP.
        command: The command to run there.
        key: The file with your private key.
        user: The user name that the server's image has.

    Raises:
        CourseError: You cannot log in, or the command failed; the message has ssh's own words.

    Example: print(run_over_ssh(server, "cat /etc/os-release", Path("import-openstack.pem")))
    """
    config = ["-F", file] if (file := os.environ.get("PRACTICE_CLOUD_SSH_CONFIG")) else []
    options = [word for option in _OPTIONS for word in ("-o", option)]
    line = ["ssh", *config, "-i", str(key), *options, f"{user}@{server.public_v4}", command]
    whole = "$ " + shlex.join(line).replace(str(Path.home()), "~")
    print(f"{user}@{server.name}$ {command}" if next(_calls) else whole)
    result = subprocess.run(line, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if result.returncode:
        message = (result.stderr or result.stdout).strip()
        if "Host key verification failed" in message:
            message += " The server's host key has changed, as it does after a rebuild: call forget_host_key(server)."
        raise CourseError(f"ssh ended with exit code {result.returncode}: {message}")
    return result.stdout


def forget_host_key(server: Server) -> None:
    """Let ssh forget the host key that it knows for a server's address, as `ssh-keygen -R ADDRESS` does.

    A rebuild gives a server a new host key; and a floating IP may have belonged to another server before.

    Args:
        server: The server, with a floating IP.

    Example: forget_host_key(server)
    """
    config = os.environ.get("PRACTICE_CLOUD_SSH_CONFIG")
    known_hosts = ["-f", str(Path(config).with_name("known_hosts"))] if config else []
    subprocess.run(["ssh-keygen", "-R", server.public_v4 or "", *known_hosts], capture_output=True)

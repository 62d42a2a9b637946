"""Run commands on a server with the program ssh."""

import os
import shlex
import subprocess
from pathlib import Path

from openstack.compute.v2.keypair import Keypair
from openstack.compute.v2.server import Server

from helpers.errors import CourseError


def public_key(file: Path) -> str:
    """Return the public half of a private key, or nothing as long as there is none in the file.

    Raises:
        CourseError: Something else is in the file, or a key that needs a passphrase, or others may read it.
    """
    if not file.exists() or not file.stat().st_size:
        return ""
    line = ["ssh-keygen", "-y", "-P", "", "-f", str(file)]
    read = subprocess.run(line, capture_output=True, text=True)
    if read.returncode:
        said = " ".join(read.stderr.replace("@", "").split())
        advice = f"Run: chmod 600 {file}" if "too open" in said else "Take another file, or move this away."
        raise CourseError(f"{file} is left as it is, but cannot be used. {said} {advice}")
    return read.stdout.strip()


def fits(public: str, pair: Keypair) -> bool:
    """Tell whether a public key is that of a key pair, whatever comment stands behind either."""
    return pair.public_key.split()[:2] == public.split()[:2]


def run_over_ssh(server: Server, command: str, key: str | Path, user: str = "ubuntu") -> str:
    """Run a command on a server, and show the very line that you would type in a terminal.

    Args:
        server: The server, with a floating IP.
        command: What to run there.
        key: The file with your private key.
        user: The user name that the server's image has.

    Returns:
        What the command printed.

    Raises:
        CourseError: You cannot log in, or the command failed; the message has ssh's own words.
    """
    config = ["-F", file] if (file := os.environ.get("PRACTICE_CLOUD_SSH_CONFIG")) else []
    options = [
        "-i",
        str(key),
        "-o",
        "BatchMode=yes",
        "-o",
        "ConnectTimeout=20",
        "-o",
        "StrictHostKeyChecking=accept-new",
    ]
    line = ["ssh", *config, *options, f"{user}@{server.public_v4}", command]
    print("$", shlex.join(line).replace(str(Path.home()), "~"))
    result = subprocess.run(line, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if result.returncode:
        said = (result.stderr or result.stdout).strip()
        another = " It has another host key than before, as after a rebuild: forget_host_key(server)."
        advice = another if "Host key verification failed" in said else ""
        raise CourseError(f"ssh ended with exit code {result.returncode}: {said}{advice}")
    return result.stdout


def forget_host_key(server: Server) -> None:
    """Let ssh forget which host key it has seen at a server's address, as `ssh-keygen -R ADDRESS` does.

    After a rebuild the server has another one; and where an address is used again, another server had it before.
    """
    config = os.environ.get("PRACTICE_CLOUD_SSH_CONFIG")
    known_hosts = ["-f", str(Path(config).with_name("known_hosts"))] if config else []
    subprocess.run(["ssh-keygen", "-R", server.public_v4 or "", *known_hosts], capture_output=True)

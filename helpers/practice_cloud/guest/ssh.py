"""The SSH server of a guest."""

import logging
import socket
import threading
from contextlib import suppress

import paramiko
from paramiko import common

from .boot import host_key
from .shell import Shell
from .system import System
from .terminal import Session

LOGIN_SECONDS = 30
# paramiko logs each client that misbehaves, and how it failed. Nobody needs that.
_LOGGER = "practice_cloud.guest"
logging.getLogger(_LOGGER).setLevel(logging.CRITICAL + 1)


def serve(system: System, connection: socket.socket, peer: str) -> None:
    """Speak SSH over a connection until one side ends it, or until the client takes too long to log in."""
    transport = paramiko.Transport(connection)
    transport.local_version = "SSH-2.0-practice_cloud_guest"
    transport.set_log_channel(_LOGGER)
    transport.add_server_key(host_key(system))
    transport.start_server(event=threading.Event(), server=_Server(system))
    transport.join(LOGIN_SECONDS)
    if not transport.is_authenticated():
        transport.close()
    transport.join()


class _Server(paramiko.ServerInterface):
    """Handles paramiko's callbacks for one connection; paramiko refuses passwords, forwarding and SFTP by default."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._terminals, self._asking = set[int](), threading.Lock()

    def get_allowed_auths(self, username: str) -> str:
        """Allow public keys only."""
        return "publickey"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        """Accept the guest's only user with the keys in authorized_keys."""
        path = f"{self._system.home(username)}/.ssh/authorized_keys"
        lines = self._system.disk[path].content.splitlines() if path in self._system.disk else []
        known = any(key.get_base64() in line.split() for line in lines if not line.startswith("#"))
        return common.AUTH_SUCCESSFUL if known and username == self._system.machine["user"] else common.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        """Accept sessions only."""
        return common.OPEN_SUCCEEDED if kind == "session" else common.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_pty_request(self, channel: paramiko.Channel, *arguments: object) -> bool:
        """Accept a pseudo-terminal."""
        self._terminals.add(channel.get_id())
        return True

    def check_channel_window_change_request(self, *arguments: object) -> bool:
        """Accept any window size."""
        return True

    def check_channel_env_request(self, *arguments: object) -> bool:
        """Accept environment variables, which nothing here reads."""
        return True

    def check_channel_shell_request(self, channel: paramiko.Channel) -> bool:
        """Start an interactive session."""
        return self._start(channel, None)

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        """Run one command."""
        return self._start(channel, command.decode(errors="replace"))

    def _start(self, channel: paramiko.Channel, command: str | None) -> bool:
        """Start a session in a new thread."""
        shell = Shell(self._system, self._system.machine["user"])
        session = Session(channel, shell, channel.get_id() in self._terminals)
        threading.Thread(target=self._serve, args=(channel.get_transport(), session, command), daemon=True).start()
        return True

    def _serve(self, transport: paramiko.Transport, session: Session, command: str | None) -> None:
        """Serve a session after the client has the answer to its request for it.

        paramiko's thread sends that answer later, perhaps after the end of the session. The same thread receives the
        reply to a global request, so after a reply, the answer has been sent.
        """
        with suppress(Exception), self._asking:
            transport.global_request("keepalive@openssh.com")
        session.serve(command)

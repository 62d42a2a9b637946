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
# paramiko tells its logger about each client that does not behave, and how it failed: nobody wants to know.
_LOGGER = "practice_cloud.guest"
logging.getLogger(_LOGGER).setLevel(logging.CRITICAL + 1)


def serve(system: System, connection: socket.socket, peer: str) -> None:
    """Speak SSH over a connection until one side ends it, or nobody has logged in for a while."""
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
    """What paramiko asks about one connection. Whatever is not here is refused: passwords, forwarding, sftp."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._terminals, self._asking = set[int](), threading.Lock()

    def get_allowed_auths(self, username: str) -> str:
        """Allow public keys only."""
        return "publickey"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        """Let in the one user there is, with the keys that are in the file for that."""
        path = f"{self._system.home(username)}/.ssh/authorized_keys"
        lines = self._system.disk[path].content.splitlines() if path in self._system.disk else []
        known = any(key.get_base64() in line.split() for line in lines if not line.startswith("#"))
        return common.AUTH_SUCCESSFUL if known and username == self._system.machine["user"] else common.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        """Open sessions."""
        return common.OPEN_SUCCEEDED if kind == "session" else common.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_pty_request(self, channel: paramiko.Channel, *arguments: object) -> bool:
        """Be a terminal."""
        self._terminals.add(channel.get_id())
        return True

    def check_channel_window_change_request(self, *arguments: object) -> bool:
        """Be a terminal of any size."""
        return True

    def check_channel_env_request(self, *arguments: object) -> bool:
        """Accept variables, which nothing here reads."""
        return True

    def check_channel_shell_request(self, channel: paramiko.Channel) -> bool:
        """Begin an interactive session."""
        return self._begin(channel, None)

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        """Run one command."""
        return self._begin(channel, command.decode(errors="replace"))

    def _begin(self, channel: paramiko.Channel, command: str | None) -> bool:
        """Begin a session in a thread of its own."""
        shell = Shell(self._system, self._system.machine["user"])
        session = Session(channel, shell, channel.get_id() in self._terminals)
        threading.Thread(target=self._serve, args=(channel.get_transport(), session, command), daemon=True).start()
        return True

    def _serve(self, transport: paramiko.Transport, session: Session, command: str | None) -> None:
        """Serve a session, after the client has heard that it may have one.

        paramiko answers the request for the session when its thread gets round to it, which may be after the session.
        A question goes after the answer, because the same thread has to hear what the client says to it.
        """
        with suppress(Exception), self._asking:
            transport.global_request("keepalive@openssh.com")
        session.serve(command)

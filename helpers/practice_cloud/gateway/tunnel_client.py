"""Connect standard input and output to a floating IP, as ssh's ProxyCommand or instead of netcat."""

import base64
import shutil
import signal
import socket
import sys
import threading
from contextlib import suppress
from urllib.parse import urlsplit

from ..base.errors import PracticeCloudError


def connect(proxy: str, host: str, port: int) -> None:
    """Send standard input to a server and its answers to standard output, until the server ends the connection.

    Args:
        proxy: The URL of the gateway.
        host: The server's floating IP.
        port: The TCP port.

    Raises:
        PracticeCloudError: Nothing listens there, or the practice cloud is not running.
    """
    # nohup makes processes ignore this signal, but ssh ends its proxy with it when nothing answers.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    url = urlsplit(proxy)
    login = base64.b64encode(f"{url.username}:{url.password}".encode()).decode()
    try:
        with (
            socket.create_connection((url.hostname, url.port)) as gateway,
            gateway.makefile("rb", buffering=0) as answers,
        ):
            request = f"CONNECT {host}:{port} HTTP/1.1\r\nProxy-Authorization: Basic {login}\r\n\r\n"
            gateway.sendall(request.encode())
            if b" 200 " not in (answers.readline() + answers.readline()):
                raise PracticeCloudError(f"{host} port {port} cannot be reached.")
            threading.Thread(target=_send, args=(gateway,), daemon=True).start()
            with open(sys.stdout.fileno(), "wb", buffering=0, closefd=False) as output:
                shutil.copyfileobj(answers, output)
    except BrokenPipeError:
        # The reader has gone, such as ssh after it has seen a changed host key.
        return
    except ConnectionResetError:
        raise PracticeCloudError(f"connect to {host} port {port}: Connection refused") from None
    except ConnectionRefusedError:
        raise PracticeCloudError("The practice cloud is not running. Start it first.") from None


def _send(gateway: socket.socket) -> None:
    with suppress(OSError), open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as source:
        while data := source.read(65536):
            gateway.sendall(data)
        gateway.shutdown(socket.SHUT_WR)

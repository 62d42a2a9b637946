"""The gateway as a proxy: where it passes other addresses on to, and clients that end in the middle."""

import asyncio
import os
import socket
import struct
import threading
import time
from contextlib import contextmanager
from unittest import mock
from urllib.parse import urlsplit

import pytest
import requests

from helpers.connectivity import practice_proxy
from practice_cloud.base.home import Home
from practice_cloud.base.secrets import passwords
from practice_cloud.gateway.drop import Dropped, Rejected
from practice_cloud.gateway.proxy import Proxy, _open_proxy, relay
from practice_cloud.supervisor.client_files import proxy_url


async def no_guest(host: str, port: int, learner: str) -> None:
    """Only two addresses belong to the cloud, and neither answers."""
    if host.startswith("203.0.113."):
        await asyncio.sleep(0.1)
        raise {"203.0.113.1": Rejected, "203.0.113.2": Dropped}[host]


@pytest.fixture
def gateway(tmp_path, monkeypatch):
    """A gateway without guests: a function that returns its URL as proxy() does, and the errors that nobody handled."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    home, loop, unhandled = Home(tmp_path), asyncio.new_event_loop(), []
    loop.set_exception_handler(lambda _, context: unhandled.append(context))
    server = loop.run_until_complete(
        asyncio.start_server(Proxy(lambda _: passwords(home)["gateway"], no_guest).serve, "127.0.0.1", 0)
    )
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield lambda: proxy_url(home, {"gateway": url}), unhandled
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["http://", ""])
@pytest.mark.parametrize("login", ["", "me:m%40ne@"])
def test_p1_other_addresses_go_to_the_proxy_that_the_process_had(
    gateway, foreign_web_server, monkeypatch, name, scheme, login
):
    own, asked = foreign_web_server
    monkeypatch.setenv(name, own.replace("http://", scheme + login))
    # A second connect() changes nothing.
    for _ in range(2):
        monkeypatch.setenv("http_proxy", gateway[0]())
        assert practice_proxy()
        assert requests.get("http://example.org/page", timeout=5).text == "elsewhere"
    path, headers = asked[-1]
    assert path == "http://example.org/page"
    assert headers.get("Proxy-Authorization") == ("Basic bWU6bUBuZQ==" if login else None)


def test_p1_without_a_proxy_other_addresses_are_asked_directly(gateway, foreign_web_server, monkeypatch):
    own, asked = foreign_web_server
    monkeypatch.setenv("http_proxy", gateway[0]())
    assert requests.get(f"{own}/page", timeout=5).text == "elsewhere"
    assert asked[-1][0] == "/page"


def test_p1_each_process_keeps_its_own_proxy(gateway, foreign_web_server, monkeypatch):
    """The gateway runs already when another kernel, with a proxy, connects."""
    own, _ = foreign_web_server
    without = gateway[0]()
    monkeypatch.setenv("HTTP_PROXY", own)
    url = "http://127.0.0.1:1/"
    assert requests.get(url, proxies={"http": without}, timeout=5).status_code == 502
    assert requests.get(url, proxies={"http": gateway[0]()}, timeout=5).text == "elsewhere"


def test_p1_a_proxy_that_does_not_speak_http_is_named(gateway, monkeypatch):
    monkeypatch.setenv("all_proxy", "socks5://127.0.0.1:1080")
    answer = requests.get("http://example.org/", proxies={"http": gateway[0]()}, timeout=5)
    assert answer.status_code == 502
    assert "cannot use a proxy of the kind socks5" in answer.text


@pytest.mark.parametrize(
    ("url", "opened"),
    [
        ("http://proxy", ("proxy", 80, None)),
        ("https://proxy", ("proxy", 443, True)),
        ("https://proxy:3129", ("proxy", 3129, True)),
    ],
)
def test_p1_a_proxy_may_be_encrypted(monkeypatch, url, opened):
    async def note(host, port, ssl):
        return host, port, ssl

    monkeypatch.setattr(asyncio, "open_connection", note)
    assert asyncio.run(_open_proxy(urlsplit(url))) == opened


@contextmanager
def slow_target():
    """A server whose answer ends only when the block does."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.socket()

        def answer() -> None:
            nonlocal client
            client, _ = listener.accept()
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

        threading.Thread(target=answer).start()
        yield listener.getsockname()[1]
        client.sendall(b"the rest")
        client.close()


@pytest.mark.parametrize("end", ["reset", "close", "half"])
def test_p3_a_client_may_end_in_the_middle(gateway, end):
    url, unhandled = urlsplit(gateway[0]()), gateway[1]
    login = requests.auth._basic_auth_str(url.username, url.password)
    with slow_target() as port:
        client = socket.create_connection((url.hostname, url.port))
        client.sendall(f"GET http://127.0.0.1:{port}/ HTTP/1.1\r\nProxy-Authorization: {login}\r\n\r\n".encode())
        assert client.recv(100).startswith(b"HTTP/1.1 200 OK")
        if end == "half":
            client.shutdown(socket.SHUT_WR)
        else:
            linger = struct.pack("ii", 1, 0)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger) if end == "reset" else None
            client.close()
        time.sleep(0.2)
    if end == "half":
        assert client.recv(100) == b"the rest"
        assert client.recv(100) == b""
    time.sleep(0.2)
    assert unhandled == []


@pytest.mark.parametrize("address", ["203.0.113.1", "203.0.113.2"], ids=["refused", "silent"])
def test_p3_a_client_may_give_up_before_a_server_is_found(gateway, address):
    url, unhandled = urlsplit(gateway[0]()), gateway[1]
    login = requests.auth._basic_auth_str(url.username, url.password)
    client = socket.create_connection((url.hostname, url.port))
    client.sendall(f"GET http://{address}/ HTTP/1.1\r\nProxy-Authorization: {login}\r\n\r\n".encode())
    time.sleep(0.05)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
    time.sleep(0.3)
    assert unhandled == []


def test_p3_a_client_may_be_gone_when_the_answer_ends():
    """Then the system refuses to end the connection, and nothing can be written any more."""

    async def answer_ends() -> None:
        waits, ended, target = asyncio.StreamReader(), asyncio.StreamReader(), mock.Mock()
        ended.feed_eof()
        client = mock.Mock(write_eof=mock.Mock(side_effect=OSError("Transport endpoint is not connected")))
        await relay((waits, client), (ended, target))
        assert target.close.called

    asyncio.run(answer_ends())

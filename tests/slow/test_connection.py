"""connect(): the practice cloud, the learner's own cloud, and what is said when it is not to be had."""

from helpers import connect


def test_the_practice_cloud_needs_neither_os_cloud_nor_a_proxy(cloud, monkeypatch):
    """OS_CLOUD may be empty, and the proxies dead."""
    monkeypatch.setenv("OS_CLOUD", "")
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert connect().list_flavors()

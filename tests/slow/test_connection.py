"""connect(): the practice cloud, the learner's own cloud, and what is said when it is not to be had."""

from helpers import connect


def test_an_empty_os_cloud_and_a_dead_proxy_do_not_keep_the_practice_cloud_away(cloud, monkeypatch):
    monkeypatch.setenv("OS_CLOUD", "")
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert connect().list_flavors()

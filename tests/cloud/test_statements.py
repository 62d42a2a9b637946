"""What the notebooks say of the SDK and does not show in an output is so."""

import openstack
import pytest
from openstack.exceptions import NotFoundException


def test_get_methods_return_none_and_those_by_id_raise(conn):
    for kind in ("server", "network", "image", "flavor"):
        assert getattr(conn, f"get_{kind}")("no-such-thing") is None
    assert conn.get_server_by_id("no-such-thing") is None
    for kind in ("network", "image", "flavor"):
        with pytest.raises(NotFoundException):
            getattr(conn, f"get_{kind}_by_id")("no-such-thing")


def test_a_misspelt_filter_is_ignored(conn):
    """A misspelt attribute is an error."""
    assert len(conn.list_networks(filters={"nonsense": 1})) == len(conn.list_networks()) > 0
    with pytest.raises(AttributeError):
        [network for network in conn.list_networks() if network.nonsense]


def test_a_profile_that_is_an_address_is_fetched_at_once(tmp_path, monkeypatch):
    """The SDK fetches it as soon as it reads the entry."""
    clouds = tmp_path / "clouds.yaml"
    clouds.write_text("clouds: {far: {profile: 'http://127.0.0.1:9', auth: {username: a, password: b}}}")
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds))
    with pytest.raises(OSError, match="/.well-known/openstack/api"):
        openstack.connect(cloud="far")

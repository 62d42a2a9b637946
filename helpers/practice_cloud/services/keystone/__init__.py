"""Keystone, the identity service."""

from typing import Any

from ..service import Service


def _with_profile(application: Any) -> Any:
    """Let clients find the cloud by its address alone: a profile that is a URL is looked for at this path."""
    from werkzeug.middleware.shared_data import SharedDataMiddleware

    return SharedDataMiddleware(application, {"/.well-known/openstack/api": "etc/profile.json"}, cache=False)


SERVICE = Service(
    name="keystone",
    type="identity",
    distribution="keystone",
    application="keystone.wsgi.api",
    configuration="keystone.conf",
    path="/v3",
    # It is made to be run as processes: in several threads of one, it mixes up requests that come at the same time.
    threads=1,
    # The administrator's password and the address come in environment variables (see state/build.py).
    setup_commands=(("db_sync",), ("bootstrap",)),
    wrap_application=_with_profile,
)

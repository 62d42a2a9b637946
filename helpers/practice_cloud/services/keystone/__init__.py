"""Keystone, the identity service."""

from typing import Any

from ..service import Service

# A reset touches this file of the state, and Keystone forgets what it has cached.
RESTORED = "restored"


def _with_profile(application: Any) -> Any:
    """Serve the cloud's profile: a client that knows only the cloud's address asks for it at this path."""
    from werkzeug.middleware.shared_data import SharedDataMiddleware

    return SharedDataMiddleware(application, {"/.well-known/openstack/api": "etc/profile.json"}, cache=False)


SERVICE = Service(
    name="keystone",
    type="identity",
    distribution="keystone",
    application="keystone.wsgi.api",
    configuration="keystone.conf",
    path="/v3",
    # It is made to run in several processes: in several threads of one, it mixes up simultaneous requests.
    threads=1,
    # The administrator's password and the address come in environment variables (see state/build.py).
    setup_commands=(("db_sync",), ("bootstrap",)),
    wrap_application=_with_profile,
)

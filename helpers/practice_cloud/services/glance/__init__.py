"""Glance, the image service."""

from ..service import Service


def _make_context() -> None:
    """Make the one object in which threads keep database sessions; early requests would make several."""
    from glance.db.sqlalchemy import api

    api._get_context()


SERVICE = Service(
    name="glance",
    type="image",
    distribution="glance",
    application="glance.wsgi.api",
    configuration="glance-api.conf",
    depends_on=("keystone",),
    folders=("images",),
    setup_commands=(("db_sync",),),
    before_requests=_make_context,
)

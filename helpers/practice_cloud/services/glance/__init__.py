"""Glance, the image service."""

from ..service import Service


def _make_context() -> None:
    """Make what each thread keeps its database sessions in: there must be one of it, not one for each early request."""
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

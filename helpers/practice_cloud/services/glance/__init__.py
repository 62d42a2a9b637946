"""Glance, the image service."""

from ..service import Service


def _sort_attributes_without_source() -> None:
    """Let Glance's API types keep the order of their definition without reading their source code to find it."""
    from wsme import types

    def sort_attributes(class_: type, attributes: list) -> None:
        names = [name for base in class_.__mro__ for name in vars(base)]
        attributes.sort(key=lambda attribute: names.index(attribute.key))

    types.sort_attributes = sort_attributes


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
    pre_import=_sort_attributes_without_source,
    before_requests=_make_context,
)

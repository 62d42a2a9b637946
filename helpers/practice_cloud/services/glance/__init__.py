"""Glance, the image service."""

from ..service import Service

SERVICE = Service(
    name="glance",
    type="image",
    distribution="glance",
    application="glance.wsgi.api",
    configuration="glance-api.conf",
    needs=("keystone",),
    folders=("images",),
    set_up=(("db_sync",),),
)

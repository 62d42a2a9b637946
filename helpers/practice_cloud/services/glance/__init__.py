"""Glance, the image service."""

from ..service import Service

SERVICE = Service(
    name="glance",
    type="image",
    distribution="glance",
    application="glance.wsgi.api",
    configuration="glance-api.conf",
    needs=("keystone",),
    set_up=(("db_sync",),),
)

"""Placement, the service that counts the hypervisor's free resources."""

from ..service import Service

SERVICE = Service(
    name="placement",
    type="placement",
    distribution="openstack-placement",
    application="placement.wsgi.api",
    configuration="placement.conf",
    depends_on=("keystone",),
    setup_commands=(("db", "sync"),),
)

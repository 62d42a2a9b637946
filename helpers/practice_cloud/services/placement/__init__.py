"""Placement, the service that counts the hypervisor's free resources."""

from ..service import Service

SERVICE = Service(
    name="placement",
    type="placement",
    distribution="openstack-placement",
    application="placement.wsgi.api",
    configuration="placement.conf",
    path="/placement",
    # A process of its own would take 30 MiB more.
    runs_in="glance",
    depends_on=("keystone",),
    setup_commands=(("db", "sync"),),
)

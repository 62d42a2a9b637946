"""Fill a new practice cloud with what its catalog lists, through the same APIs that its users call."""

import uuid
from typing import Any

import openstack

from ..base.home import Home
from ..base.processes import in_parallel
from ..base.secrets import passwords
from ..services import enabled_services
from .projects import create_project, create_project_network, create_subnet


def seed_identity(home: Home, catalog: dict[str, Any], urls: dict[str, str]) -> None:
    """Create users, projects and endpoints. Only Keystone needs to run."""
    identity: Any = openstack.connect(cloud="practice-admin").identity
    known = passwords(home)
    roles = {role.name: role for role in identity.roles()}
    service_project = identity.create_project(name="service", domain_id="default")
    for name, described in enabled_services(catalog).items():
        if name == "keystone":
            continue
        user = identity.create_user(name=name, password=known["service"], domain_id="default")
        for role in ("admin", "service"):
            identity.assign_project_role_to_user(service_project, user, roles[role])
        service = identity.create_service(name=name, type=described.type)
        for interface in ("public", "internal"):
            endpoint = {"interface": interface, "url": urls[name], "region_id": catalog["region"]}
            identity.create_endpoint(service_id=service.id, **endpoint)
    create_project(identity, catalog["project"], catalog["user"], known["user"])


def seed_resources(catalog: dict[str, Any]) -> None:
    """Create flavors, images and networks. All services need to run."""
    in_parallel((_create_flavors, catalog["flavors"]), (_create_images, catalog["images"]), (_create_networks, catalog))
    operator = openstack.connect(cloud="practice-admin")
    for service in enabled_services(catalog).values():
        # A service that answers has written its own records, such as its heartbeat, which a reset then restores.
        operator.session.get("/", endpoint_filter={"service_type": service.type}, raise_exc=False)


def _create_flavors(flavors: list[dict[str, Any]]) -> None:
    operator = openstack.connect(cloud="practice-admin").compute
    for flavor in flavors:
        operator.create_flavor(id=_stable_id(flavor["name"]), **flavor)


def _create_images(images: list[dict[str, Any]]) -> None:
    operator = openstack.connect(cloud="practice-admin").image
    kind = {"disk_format": "raw", "container_format": "bare", "visibility": "public"}
    for image in images:
        data = image["name"].encode().ljust(2**20, b"\0")
        # The SDK makes text of os_hidden, unless it is in meta.
        flags = {key: value for key, value in image.items() if isinstance(value, bool)}
        properties = {key: value for key, value in image.items() if key not in flags}
        operator.create_image(id=_stable_id(image["name"]), data=data, meta=flags, **kind, **properties)


def _create_networks(catalog: dict[str, Any]) -> None:
    operator: Any = openstack.connect(cloud="practice-admin").network
    learner: Any = openstack.connect(cloud="practice").network
    external, project = catalog["networks"]["external"], catalog["networks"]["project"]
    physical = {"provider_network_type": "flat", "provider_physical_network": "public"}
    outside = operator.create_network(name=external["name"], is_router_external=True, **physical)
    create_subnet(operator, outside, external["cidr"], enable_dhcp=False)
    create_project_network(learner, project, outside.id)


def _stable_id(name: str) -> str:
    """Return the same UUID for the same name, so that lists have the same order on every practice cloud."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))

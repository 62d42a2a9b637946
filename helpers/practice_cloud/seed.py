"""Fill a new practice cloud with what its catalog lists, through the same APIs that its users call."""

import importlib
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor

import openstack
from openstack.config import OpenStackConfig

from .home import SERVICES, Home, endpoints


def _connect(home: Home, cloud: str) -> openstack.connection.Connection:
    configuration = OpenStackConfig(config_files=[str(home.clouds_yaml)], secure_files=[], load_envvars=False)
    return openstack.connection.Connection(config=configuration.get_one(cloud))


def _stable_id(name: str) -> str:
    """Return the same UUID for the same name, so that lists have the same order on every practice cloud."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))


def seed_identity(home: Home, ports: dict[str, int]) -> None:
    """Create the users, projects and catalog entries. Only Keystone has to run.

    Args:
        home: The practice cloud's folder.
        ports: The port of each service on loopback.
    """
    identity, catalog, passwords = _connect(home, "practice-admin").identity, home.catalog, home.secrets()
    roles = {role.name: role for role in identity.roles()}
    service_project = identity.create_project(name="service", domain_id="default")
    for name, url in endpoints(ports).items():
        if name == "keystone":
            continue
        user = identity.create_user(name=name, password=passwords["service"], domain_id="default")
        for role in ("admin", "service"):
            identity.assign_project_role_to_user(service_project, user, roles[role])
        service = identity.create_service(name=name, type=SERVICES[name])
        for interface in ("public", "internal"):
            identity.create_endpoint(service_id=service.id, interface=interface, url=url, region_id=catalog["region"])
    project = identity.create_project(name=catalog["project"], domain_id="default")
    learner = identity.create_user(
        name=catalog["user"], password=passwords["user"], domain_id="default", default_project_id=project.id
    )
    identity.assign_project_role_to_user(project, learner, roles["member"])


def seed_resources(home: Home) -> None:
    """Create flavors, images and networks, and let Nova find its hypervisor. All services have to run."""
    admin, catalog = _connect(home, "practice-admin"), home.catalog
    admin.authorize()
    with ThreadPoolExecutor() as pool:
        for done in [
            pool.submit(_create_flavors, admin, catalog["flavors"]),
            pool.submit(_create_images, admin, catalog["images"]),
            pool.submit(_create_networks, admin, _connect(home, "practice"), catalog["networks"]),
        ]:
            done.result()


def discover_hypervisor(home: Home) -> None:
    """Map Nova's hypervisor into its cell; a cloud's operator does this once for every new host."""
    sys.argv = ["nova-manage", "--config-file", str(home.etc / "nova.conf"), "cell_v2", "discover_hosts"]
    sys.exit(importlib.import_module("nova.cmd.manage").main())


def _create_flavors(admin, flavors: list[dict]) -> None:
    for flavor in flavors:
        admin.compute.create_flavor(id=_stable_id(flavor["name"]), **flavor)


def _create_images(admin, images: list[dict]) -> None:
    for image in images:
        admin.image.create_image(
            id=_stable_id(image["name"]),
            disk_format="raw",
            container_format="bare",
            visibility="public",
            data=image["name"].encode().ljust(1024, b"\0"),
            **image,
        )


def _create_networks(admin, learner, networks: dict[str, dict]) -> None:
    external, own = networks["external"], networks["project"]
    gateway = admin.network.create_network(
        name=external["name"],
        is_router_external=True,
        provider_network_type="flat",
        provider_physical_network="public",
    )
    admin.network.create_subnet(
        name=f"{external['name']}-subnet", network_id=gateway.id, cidr=external["cidr"], ip_version=4, enable_dhcp=False
    )
    network = learner.network.create_network(name=own["name"])
    subnet = learner.network.create_subnet(
        name=f"{own['name']}-subnet", network_id=network.id, cidr=own["cidr"], ip_version=4
    )
    router = learner.network.create_router(name=own["router"], external_gateway_info={"network_id": gateway.id})
    learner.network.add_interface_to_router(router, subnet_id=subnet.id)

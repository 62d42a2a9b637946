"""Projects on a practice cloud: each with a user, and with a network whose router leads outside."""

from pathlib import Path
from typing import Any

import openstack
from openstack.config import OpenStackConfig
from openstack.connection import Connection


def log_in(clouds_yaml: Path, cloud: str, **auth: str) -> Connection:
    """Log in to a practice cloud, whatever the environment says; auth replaces parts of the login."""
    config = OpenStackConfig(config_files=[str(clouds_yaml)], load_envvars=False)
    return openstack.connection.Connection(config=config.get_one(cloud, auth=auth))


def create_project(identity: Any, project_name: str, user_name: str, password: str) -> str:
    """Create a project with a user who is an ordinary member of it, and return the project's ID."""
    project = identity.create_project(name=project_name, domain_id="default")
    create_user(identity, project.id, user_name, password)
    return project.id


def create_user(identity: Any, project_id: str, name: str, password: str) -> None:
    """Create a user who is an ordinary member of a project."""
    user = identity.create_user(name=name, password=password, domain_id="default", default_project_id=project_id)
    identity.assign_project_role_to_user(project_id, user, identity.find_role("member"))


def create_project_network(network: Any, described: dict[str, str], external_id: str) -> None:
    """Create a network, a subnet and a router to the external network.

    Args:
        network: The network API, as the project's user.
        described: Its name and cidr, and the name of its router.
        external_id: The ID of the external network.
    """
    subnet = create_subnet(network, network.create_network(name=described["name"]), described["cidr"])
    router = network.create_router(name=described["router"], external_gateway_info={"network_id": external_id})
    network.add_interface_to_router(router, subnet_id=subnet.id)


def create_subnet(network_api: Any, network: Any, cidr: str, **options: Any) -> Any:
    """Create an IPv4 subnet of a network, with a name made from the network's."""
    name = f"{network.name}-subnet"
    return network_api.create_subnet(name=name, network_id=network.id, cidr=cidr, ip_version=4, **options)


def delete_user(admin: Any, user: Any) -> None:
    """Delete a user, with key pairs; Keystone deletes the user's other credentials.

    Args:
        admin: The operator.
        user: The user.
    """
    for keypair in admin.compute.keypairs(user_id=user.id):
        admin.compute.delete_keypair(keypair, user_id=user.id)
    admin.identity.delete_user(user)


def empty_project(admin: Any, conn: Any) -> None:
    """Delete all that is in a project.

    Args:
        admin: The operator.
        conn: A user of the project.
    """
    for image in conn.image.images(owner=conn.current_project_id, is_protected=True):
        conn.image.update_image(image, is_protected=False)
    for server in conn.compute.servers():
        admin.compute.unlock_server(server)
    conn.project_cleanup(dry_run=False)
    # Only the operator can delete the group default; Neutron makes a new one when somebody looks.
    for group in admin.network.security_groups(project_id=conn.current_project_id):
        admin.network.delete_security_group(group)

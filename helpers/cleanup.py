"""Find and delete what the course made on a cloud, and nothing else."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pandas as pd
from keystoneauth1.exceptions import ClientException
from openstack.connection import Connection
from openstack.exceptions import SDKException
from openstack.network.v2.router import Router
from openstack.network.v2.subnet import Subnet
from openstack.resource import Resource

from helpers.filters import filter_marked
from helpers.tables import table

# What lists a kind, and what deletes one of it.
_Kind = tuple[Callable[[], Iterable[Any]], Callable[[Any], bool | None]]


def count_everything(conn: Connection) -> pd.DataFrame:
    """Return a table: of each kind, how many there are in the project, and how many of these the course has made.

    Where the cloud does not let you list a kind, there are no numbers.
    """
    rows = [
        (kind, *((None, None) if refused else (len(found), len(filter_marked(found)))))
        for kind, found, refused, _ in _everything(conn)
    ]
    return table(rows, ["kind", "in the project", "of the course"]).astype("Int64")


def clean_up(conn: Connection, dry_run: bool = True) -> pd.DataFrame:
    """Delete what the course made, in the order in which a cloud allows it.

    Args:
        conn: The connection to the cloud.
        dry_run: Whether to delete nothing, and only show what would be deleted.

    Returns:
        A table of what the course made. The column deleted has whether the call deleted it (False: it was not there
        any more), or the error that it raised; in a dry run it is False. What the cloud does not let you list has a
        line with the error alone. The table is empty where nothing is left.
    """
    rows = []
    for kind, found, refused, delete in _everything(conn):
        rows += [(kind, "", "", refused)] if refused else []
        for resource in filter_marked(found):
            rows.append((kind, resource.name, resource.id, False if dry_run else _try(delete, resource)))
    return table(rows, ["kind", "name", "id", "deleted"])


def _everything(conn: Any) -> Iterator[tuple[str, list[Resource], str, Callable]]:
    """Yield for each kind what the project has, why it cannot be listed, and the call that deletes one.

    What stands in another's way comes first. A kind is listed when its turn comes: some go with those before them.
    """
    project, user = conn.current_project_id, conn.current_user_id
    kinds: dict[str, _Kind] = {
        "server": (conn.list_servers, lambda server: conn.delete_server(server.id, wait=True)),
        **_volume_kinds(conn),
        "floating IP": (conn.list_floating_ips, lambda floating_ip: conn.delete_floating_ip(floating_ip.id)),
        "router": (conn.list_routers, lambda router: _delete_router(conn, router)),
        "port": (conn.list_ports, lambda port: conn.delete_port(port.id)),
        "subnet": (conn.list_subnets, lambda subnet: _delete_subnet(conn, subnet)),
        "network": (conn.list_networks, lambda network: conn.delete_network(network.id)),
        "security group": (conn.list_security_groups, lambda group: conn.delete_security_group(group.id)),
        "server group": (conn.list_server_groups, lambda group: conn.delete_server_group(group.id)),
        "key pair": (conn.list_keypairs, lambda key_pair: conn.delete_keypair(key_pair.name)),
        "image": (lambda: conn.image.images(owner=project), lambda image: conn.delete_image(image.id)),
        "application credential": (
            lambda: conn.identity.application_credentials(user),
            lambda credential: conn.identity.delete_application_credential(user, credential.id),
        ),
    }
    for kind, (find, delete) in kinds.items():
        found, refused = [], ""
        try:
            found = [resource for resource in find() if getattr(resource, "project_id", project) == project]
        except (SDKException, ClientException) as error:
            refused = _say(error)
        yield kind, found, refused, delete


def _volume_kinds(conn: Any) -> dict[str, _Kind]:
    """Return the kinds of block storage, where a cloud has it. What goes with its server is about to be gone."""
    if not conn.has_service("block-storage"):
        return {}
    return {
        "volume snapshot": (
            conn.list_volume_snapshots,
            lambda snapshot: conn.delete_volume_snapshot(snapshot.id, wait=True),
        ),
        "volume": (
            lambda: [volume for volume in conn.list_volumes() if volume.status != "deleting"],
            lambda volume: conn.delete_volume(volume.id),
        ),
    }


def _delete_router(conn: Connection, router: Router) -> bool:
    for port in conn.list_router_interfaces(router, interface_type="internal"):
        conn.remove_router_interface(router, port_id=port.id)
    return conn.delete_router(router.id)


def _delete_subnet(conn: Connection, subnet: Subnet) -> bool:
    """Delete a subnet that may be connected to a router of somebody else's, which stays."""
    for router in conn.list_routers():
        ports = conn.list_router_interfaces(router, interface_type="internal")
        if subnet.id in {address["subnet_id"] for port in ports for address in port.fixed_ips}:
            conn.remove_router_interface(router, subnet_id=subnet.id)
    return conn.delete_subnet(subnet.id)


def _try(delete: Callable[[Resource], bool | None], resource: Resource) -> bool | str:
    """Call what deletes a resource: most calls return whether they did, some nothing at all."""
    try:
        return delete(resource) is not False
    except (SDKException, ClientException) as error:
        return _say(error)


def _say(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"

"""Find and delete what the course made on a cloud, and nothing else."""

from collections.abc import Callable

import pandas as pd
from openstack.connection import Connection
from openstack.exceptions import SDKException
from openstack.network.v2.router import Router
from openstack.resource import Resource

from helpers.filters import filter_marked


def count_everything(conn: Connection) -> pd.DataFrame:
    """Return a table: of each kind, how many there are in the project, and how many of these the course has made."""
    rows = [(kind, len(found), len(filter_marked(found))) for kind, found, _ in _everything(conn)]
    return pd.DataFrame(rows, columns=["kind", "in the project", "of the course"]).set_index("kind")


def clean_up(conn: Connection, dry_run: bool = True) -> pd.DataFrame:
    """Delete what the course made, in the order in which a cloud allows it.

    Args:
        conn: The connection to the cloud.
        dry_run: Whether to delete nothing, and only show what would be deleted.

    Returns:
        A table of what the course made. The column deleted has what the call returned (False: it was not there any
        more), or the error that it raised; in a dry run it is False. The table is empty where nothing is left.
    """
    rows = []
    for kind, found, delete in _everything(conn):
        for resource in filter_marked(found):
            rows.append((kind, resource.name, resource.id, False if dry_run else _try(delete, resource)))
    return pd.DataFrame(rows, columns=["kind", "name", "id", "deleted"]).set_index("kind")


def _everything(conn: Connection) -> list[tuple[str, list[Resource], Callable[[Resource], bool]]]:
    """Return for each kind what the project has, and the call that deletes one: what stands in another's way first."""
    project = conn.current_project_id
    kinds = {
        "server": (conn.list_servers(), lambda server: conn.delete_server(server.id, wait=True)),
        "floating IP": (conn.list_floating_ips(), lambda floating_ip: conn.delete_floating_ip(floating_ip.id)),
        "router": (conn.list_routers(), lambda router: _delete_router(conn, router)),
        "port": (conn.list_ports(), lambda port: conn.delete_port(port.id)),
        "network": (conn.list_networks(), lambda network: conn.delete_network(network.id)),
        "security group": (conn.list_security_groups(), lambda group: conn.delete_security_group(group.id)),
    }
    mine = [(kind, [r for r in found if r.project_id == project], delete) for kind, (found, delete) in kinds.items()]
    return [*mine, ("key pair", conn.list_keypairs(), lambda key_pair: conn.delete_keypair(key_pair.name))]


def _delete_router(conn: Connection, router: Router) -> bool:
    for port in conn.list_router_interfaces(router, interface_type="internal"):
        conn.remove_router_interface(router, port_id=port.id)
    return conn.delete_router(router.id)


def _try(delete: Callable[[Resource], bool], resource: Resource) -> bool | str:
    try:
        return delete(resource)
    except SDKException as error:
        return f"{type(error).__name__}: {error}"

"""Find and delete what the course created in a cloud, and nothing else.

The SDK's conn.project_cleanup() cannot do this. Its network part ignores the caller's filter: it deletes every
unattached floating IP in the project, whether the course created it or not. It also leaves key pairs and application
credentials behind.
"""

from collections.abc import Callable, Iterator
from ipaddress import ip_address, ip_network
from typing import Any

from keystoneauth1.exceptions import ClientException
from openstack.connection import Connection
from openstack.exceptions import SDKException
from openstack.network.v2.router import Router
from openstack.network.v2.subnet import Subnet

from helpers.filters import filter_marked
from helpers.progress import ProgressLine
from helpers.tables import DataFrame, table


def count_everything(conn: Connection) -> DataFrame:
    """Return a table of how many resources of each kind the project has, and how many of them the course made.

    The numbers are unknown for a kind that the cloud does not let you list.

    Args:
        conn: The connection to the cloud.

    Example: count_everything(conn)
    """
    rows = [
        (kind, *((None, None) if refused else (len(found), len(filter_marked(found)))))
        for kind, found, refused, _ in _everything(conn)
    ]
    return table(rows, ["kind", "in the project", "made by the course"]).astype("Int64")


def clean_up(conn: Connection, dry_run: bool = True) -> DataFrame:
    """Delete what the course made, in the order in which a cloud allows it.

    Args:
        conn: The connection to the cloud.
        dry_run: Whether to delete nothing, and only show what would be deleted.

    Returns:
        A table of what the course made. Its column deleted says whether the call deleted the resource (no: it was
        gone already, or this is a dry run), or holds the error. A kind that cannot be listed has a row with the error.

    Example: clean_up(conn, dry_run=False)
    """
    rows = []
    with ProgressLine("Clean-up") as line:
        for kind, found, refused, delete in _everything(conn):
            rows += [(kind, "", "", refused)] if refused else []
            for resource in filter_marked(found):
                line.update(f"{kind} {resource.name}")
                deleted, error = (False, "") if dry_run else _attempt(delete, resource)
                # Most calls return whether they deleted it, some nothing at all.
                rows.append((kind, resource.name, resource.id, error or deleted is not False))
        line.update("done")
    return table(rows, ["kind", "name", "id", "deleted"], "Nothing has the course's mark.")


def _everything(conn: Connection) -> Iterator[tuple[str, list[Any], str, Callable]]:
    """Yield the resources of each kind in the project, why they cannot be listed, and the call that deletes one.

    Dependents come first. Each kind is listed only when its turn comes, because deleting an earlier kind may remove it.
    """
    project, user, identity = conn.current_project_id, conn.current_user_id or "", conn.identity
    kinds = {
        "server": (conn.list_servers, lambda server: conn.delete_server(server.id, wait=True)),
        "volume snapshot": (conn.list_volume_snapshots, lambda s: conn.delete_volume_snapshot(s.id, wait=True)),
        "volume": (conn.list_volumes, lambda volume: conn.delete_volume(volume.id)),
        "floating IP": (conn.list_floating_ips, lambda floating_ip: conn.delete_floating_ip(floating_ip.id)),
        "router": (conn.list_routers, lambda router: _delete_router(conn, router)),
        "network port": (conn.list_ports, lambda port: conn.delete_port(port.id)),
        "subnet": (conn.list_subnets, lambda subnet: _delete_subnet(conn, subnet)),
        "network": (conn.list_networks, lambda network: conn.delete_network(network.id)),
        "security group": (conn.list_security_groups, lambda group: conn.delete_security_group(group.id)),
        "server group": (conn.list_server_groups, lambda group: conn.delete_server_group(group.id)),
        "key pair": (conn.list_keypairs, lambda key_pair: conn.delete_keypair(key_pair.name)),
        "image": (lambda: conn.image.images(owner=project), lambda image: conn.delete_image(image.id)),
        "application credential": (
            lambda: identity.application_credentials(user),
            lambda credential: identity.delete_application_credential(user, credential.id),
        ),
    }
    for kind, (find, delete) in kinds.items():
        if kind.startswith("volume") and not conn.has_service("block-storage"):
            continue
        found, refused = _attempt(lambda find=find: list(find()))
        own = [resource for resource in found or () if getattr(resource, "project_id", project) == project]
        # A volume that goes with its server is about to be gone.
        yield kind, [one for one in own if kind != "volume" or one.status != "deleting"], refused, delete


def _delete_router(conn: Connection, router: Router) -> bool:
    if router.routes:
        conn.network.update_router(router.id, routes=[])
    for port in conn.list_router_interfaces(router, interface_type="internal"):
        conn.remove_router_interface(router, port_id=port.id)
    return conn.delete_router(router.id)


def _delete_subnet(conn: Connection, subnet: Subnet) -> bool:
    """Delete a subnet, and disconnect it from the routers of others, which stay."""
    for router in conn.list_routers():
        ports = conn.list_router_interfaces(router, interface_type="internal")
        if subnet.id in {address["subnet_id"] for port in ports for address in port.fixed_ips}:
            cidr, routes = ip_network(subnet.cidr), router.routes or []
            # A route by way of the subnet leads nowhere without it, and keeps it where it is.
            if (others := [route for route in routes if ip_address(route["nexthop"]) not in cidr]) != routes:
                conn.network.update_router(router.id, routes=others)
            conn.remove_router_interface(router, subnet_id=subnet.id)
    return conn.delete_subnet(subnet.id)


def _attempt(call: Callable, *arguments: Any) -> tuple[Any, str]:
    """Return what a call returns, and the error that it raises as text."""
    try:
        return call(*arguments), ""
    except (SDKException, ClientException) as error:
        return None, f"{type(error).__name__}: {error}"

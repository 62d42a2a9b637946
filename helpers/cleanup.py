"""Find and delete what the course made on a cloud, and nothing else."""

import pandas as pd
from openstack.connection import Connection
from openstack.resource import Resource

# The notebooks give this to all that they create: servers as metadata, everything else as a tag.
MARK = "import-openstack"


def find_leftovers(conn: Connection) -> list[Resource]:
    """Return what the course made and what still exists, in the order in which it can be deleted."""
    tagged = {"tags": MARK}
    servers = [server for server in conn.list_servers() if server.metadata.get("course") == MARK]
    return [*servers, *conn.list_floating_ips(filters=tagged), *conn.list_networks(filters=tagged)]


def clean_up(conn: Connection, dry_run: bool = True) -> pd.DataFrame:
    """Delete what the course made: servers first, then floating IPs, then networks.

    Args:
        conn: The connection to the cloud.
        dry_run: Whether to delete nothing, and only show what would be deleted.

    Returns:
        A table of what is (or would be) deleted. It is empty where nothing is left.
    """
    leftovers = find_leftovers(conn)
    delete = {
        "server": lambda server: conn.delete_server(server.id, wait=True),
        "floatingip": lambda floating_ip: conn.delete_floating_ip(floating_ip.id),
        "network": lambda network: conn.delete_network(network.id),
    }
    for resource in [] if dry_run else leftovers:
        delete[resource.resource_key](resource)
    rows = [(resource.resource_key, resource.name, resource.id, not dry_run) for resource in leftovers]
    return pd.DataFrame(rows, columns=["kind", "name", "id", "deleted"]).set_index("kind")

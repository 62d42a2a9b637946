"""Find and delete what the course made on a cloud, and nothing else."""

import pandas as pd
from openstack.connection import Connection

# The notebooks give this to all that they create: servers as metadata, everything else as a tag.
MARK = "import-openstack"


def clean_up(conn: Connection, dry_run: bool = True) -> pd.DataFrame:
    """Delete what the course made: servers first, then floating IPs, then networks.

    Args:
        conn: The connection to the cloud.
        dry_run: Whether to delete nothing, and only show what would be deleted.

    Returns:
        A table of what is (or would be) deleted. It is empty where nothing is left.
    """
    tagged = {"tags": MARK}
    servers = [server for server in conn.list_servers() if server.metadata.get("course") == MARK]
    leftovers = [*servers, *conn.list_floating_ips(filters=tagged), *conn.list_networks(filters=tagged)]
    delete = {
        "server": lambda server: conn.delete_server(server.id, wait=True),
        "floatingip": lambda floating_ip: conn.delete_floating_ip(floating_ip.id),
        "network": lambda network: conn.delete_network(network.id),
    }
    for resource in [] if dry_run else leftovers:
        delete[resource.resource_key](resource)
    rows = [(resource.resource_key, resource.name, resource.id, not dry_run) for resource in leftovers]
    return pd.DataFrame(rows, columns=["kind", "name", "id", "deleted"]).set_index("kind")

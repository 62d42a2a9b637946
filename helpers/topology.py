"""A picture of how a server is connected, drawn from the current state of the cloud."""

import html

from IPython.display import Markdown
from openstack.compute.v2.server import Server
from openstack.connection import Connection

from helpers.errors import require
from helpers.servers import shown_addresses


def draw_topology(conn: Connection, network_id: str | None, server: Server | None = None) -> Markdown:
    """Return a picture of a network, its routers to external networks, and a server with its addresses.

    It is a Mermaid diagram, which JupyterLab draws, with a text for people who cannot see it.

    Args:
        conn: The connection to the network's cloud.
        network_id: The id of the server's network, such as the value of a dropdown.
        server: The server, if it exists already.

    Raises:
        CourseError: The id is None.

    Example: draw_topology(conn, network.value)
    """
    require(network=network_id)
    network = conn.get_network_by_id(str(network_id))
    subnets = [conn.get_subnet_by_id(subnet_id).cidr for subnet_id in network.subnet_ids]
    lines, story = [_node("network", network.name, *sorted(subnets))], [f"This is the network {network.name}"]
    for number, (router, outside) in enumerate(_external_routers(conn, network.id)):
        lines += [_node(f"outside{number}", outside, "external network"), _node(f"router{number}", router, "router")]
        lines += [f"outside{number} --- router{number} --- network"]
        story.append(f"it is connected by the router {router} to the external network {outside}")
    if server and (server := conn.get_server(server.id)):
        addresses = shown_addresses(server)
        lines += [_node("server", server.name, server.status, *addresses), "network --- server"]
        story.append(f"the server {server.name} is on it, with the addresses {', '.join(addresses)}")
    head = ["flowchart LR", "accTitle: How the server is connected", f"accDescr: {'; '.join(story)}."]
    return Markdown("\n".join(["```mermaid", *head, *lines, "```"]))


def _external_routers(conn: Connection, network_id: str) -> list[tuple[str, str]]:
    """Return the names of the routers on a network, each with the name of its external network."""
    routers = {port.device_id for port in conn.list_ports(filters={"network_id": network_id}) if port.device_id}
    found = [router for router in conn.list_routers() if router.id in routers and router.external_gateway_info]
    gateways = [(router.name, router.external_gateway_info["network_id"]) for router in found]
    return sorted((name, conn.get_network_by_id(outside).name) for name, outside in gateways)


def _node(key: str, *lines: str) -> str:
    text = "<br>".join(html.escape(line or "unnamed") for line in lines)
    return f'{key}["{text}"]'

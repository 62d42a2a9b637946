"""Run the gateway and the guests of all servers in this process."""

import asyncio
import socket
import threading
from typing import Any

import openstack

from ..base.home import Home
from ..base.learner import gateway_password
from ..base.secrets import passwords
from ..guest.host import GuestHost
from ..guest.metadata import Metadata
from .connector import GuestConnector
from .loopback import listen_directly
from .proxy import Proxy

_BOOT_SECONDS = 3


def serve(home: Home, catalog: dict[str, Any], nova_url: str, listener: socket.socket) -> None:
    """Serve clients on a listening socket until this process ends."""
    secrets = passwords(home)
    metadata = Metadata(nova_url, secrets["metadata"])
    guests = GuestHost(home.state / "guests", metadata, catalog["hypervisor"].get("boot_seconds", _BOOT_SECONDS))
    threading.Thread(target=guests.watch, daemon=True).start()
    conn = openstack.connect(cloud="practice-admin")
    connector = GuestConnector(catalog["networks"]["external"]["cidr"], conn, guests)
    proxy = Proxy(lambda learner: gateway_password(home, learner), connector.dial)
    asyncio.run(_serve(proxy, connector, catalog, conn, listener))


async def _serve(
    proxy: Proxy, connector: GuestConnector, catalog: dict[str, Any], conn: Any, listener: socket.socket
) -> None:
    server = await asyncio.start_server(proxy.serve, sock=listener, limit=2**16)
    async with server:
        await asyncio.gather(server.serve_forever(), listen_directly(catalog, conn, connector))

"""Listen on the floating IPs themselves if the external network is inside 127.0.0.0/8."""

import asyncio
import ipaddress
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from typing import Any

from openstack.connection import Connection

from .connector import GuestConnector
from .drop import emulate_tcp_failure
from .proxy import relay

_LOOPBACK = ipaddress.IPv4Network("127.0.0.0/8")
_LOOK_SECONDS = 1
# Ports below 1024 need permission on most systems, but not in most containers.
_PORTS = (22, 80)


async def listen_directly(catalog: dict[str, Any], conn: Connection, connector: GuestConnector) -> None:
    """Listen on each attached floating IP, so that no client needs a proxy; outside loopback, do nothing."""
    if not ipaddress.IPv4Network(catalog["networks"]["external"]["cidr"]).subnet_of(_LOOPBACK):
        return
    servers: dict[tuple[str, int], asyncio.Server] = {}
    while True:
        with suppress(Exception):  # Neutron may be restarting; ask again.
            wanted = {(ip, port) for ip in await asyncio.to_thread(_attached, conn) for port in _PORTS}
            for place in servers.keys() - wanted:
                servers.pop(place).close()
            for place in wanted - servers.keys():
                with suppress(OSError):
                    servers[place] = await asyncio.start_server(_Listener(connector, *place).serve, *place)
        await asyncio.sleep(_LOOK_SECONDS)


def _attached(conn: Connection) -> list[str]:
    floating_ips = conn.network.get("/floatingips", params={"status": "ACTIVE"}).json()["floatingips"]
    return [floating_ip["floating_ip_address"] for floating_ip in floating_ips]


class _Listener:
    """One port of one floating IP."""

    def __init__(self, connector: GuestConnector, address: str, port: int) -> None:
        self._connector, self._address, self._port = connector, address, port

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        # A connection that breaks ends only itself.
        with suppress(OSError):
            async with emulate_tcp_failure(reader, writer):
                if target := await self._connector.dial(self._address, self._port):
                    await relay((reader, writer), target)

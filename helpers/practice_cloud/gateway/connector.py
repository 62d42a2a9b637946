"""Connect to a floating IP: find out whether anything is in the way, then hand one end of two sockets to the guest."""

import asyncio
import ipaddress
import socket
from asyncio import StreamReader, StreamWriter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..guest.guest import Guest
from ..guest.host import GuestHost
from . import CLIENT_ADDRESS
from .drop import Dropped, Rejected
from .security_groups import ask, find_network_path, find_obstacles

# A decision takes a few requests to Neutron, where more of them at once would only queue.
_DECISIONS = 8


class GuestConnector:
    """Opens all connections to the guests.

    Args:
        external: The cloud's external network, in CIDR notation.
        network: The operator's network API, which sees every project's ports and rules. Nothing is cached.
        guests: The guests of the cloud's servers.
    """

    def __init__(self, external: str, network: Any, guests: GuestHost) -> None:
        self._external, self._network, self._guests = ipaddress.ip_network(external), network, guests
        self._pool = ThreadPoolExecutor(_DECISIONS)

    async def dial(self, host: str, port: int) -> tuple[StreamReader, StreamWriter] | None:
        """Connect to a server; return None if the address is not in this cloud's external network.

        Raises:
            Dropped: Something is in the way: see Obstacle. A server that is booting counts as off.
            Rejected: Nothing listens on that port.
        """
        if not self._is_ours(host):
            return None
        guest = await asyncio.get_running_loop().run_in_executor(self._pool, self._find_guest, host, port)
        if not guest:
            raise Dropped
        if not guest.listens(port):
            raise Rejected
        ours, theirs = socket.socketpair()
        guest.accept(port, theirs, str(CLIENT_ADDRESS))
        return await asyncio.open_connection(sock=ours)

    def _is_ours(self, host: str) -> bool:
        try:
            return ipaddress.ip_address(host) in self._external
        except ValueError:
            return False

    def _find_guest(self, host: str, port: int) -> Guest | None:
        """Return the guest behind a floating IP, or None if anything is in the way."""
        try:
            found = ask(self._network, "/floatingips", floating_ip_address=host)["floatingips"]
            path = find_network_path(self._network, *(one for one in found if one["port_id"]))
            guest = self._guests.find(path.port.get("device_id"))
            return None if any(find_obstacles(path, port, bool(guest), CLIENT_ADDRESS)) else guest
        except Exception as error:  # Neutron may be restarting; until then, nothing is allowed.
            print(f"The gateway could not ask Neutron about {host}: {error}", flush=True)
            return None

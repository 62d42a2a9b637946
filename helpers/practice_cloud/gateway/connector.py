"""Connect to a floating IP: ask the firewall, then hand one end of a pair of sockets to the guest."""

import asyncio
import ipaddress
import socket
from asyncio import StreamReader, StreamWriter
from concurrent.futures import ThreadPoolExecutor

from ..guest.host import GuestHost
from . import CLIENT_ADDRESS
from .drop import Dropped, Rejected
from .security_groups import Firewall

# A decision takes a few requests to Neutron, where more of them at once would only queue.
_DECISIONS = 8


class GuestConnector:
    """Opens all connections to the guests.

    Args:
        external: The cloud's external network, in CIDR notation.
        firewall: Decides which connections are allowed.
        guests: The guests of the cloud's servers.
    """

    def __init__(self, external: str, firewall: Firewall, guests: GuestHost) -> None:
        self._external, self._firewall, self._guests = ipaddress.ip_network(external), firewall, guests
        self._pool = ThreadPoolExecutor(_DECISIONS)

    async def dial(self, host: str, port: int) -> tuple[StreamReader, StreamWriter] | None:
        """Connect to a server; return None if the address is not in this cloud's external network.

        Raises:
            Dropped: No rule allows the connection, or the server is off or still booting.
            Rejected: Nothing listens on that port.
        """
        if not self._is_ours(host):
            return None
        server = await asyncio.get_running_loop().run_in_executor(self._pool, self._decide, host, port)
        if not (guest := self._guests.find(server)):
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

    def _decide(self, host: str, port: int) -> str | None:
        try:
            return self._firewall.server_behind(host, port)
        except Exception as error:  # Neutron may be restarting; until then, nothing is allowed.
            print(f"The gateway could not ask Neutron about {host}: {error}", flush=True)
            return None

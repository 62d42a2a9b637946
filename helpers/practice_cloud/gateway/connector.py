"""Connect to a floating IP: find out whether anything is in the way, then hand one end of two sockets to the guest."""

import asyncio
import ipaddress
import socket
from asyncio import StreamReader, StreamWriter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..base.learner import learner_number
from ..guest.guest import Guest
from ..guest.host import GuestHost
from . import client_address
from .drop import Dropped, Rejected
from .security_groups import ask, find_network_path, find_obstacles

# A decision takes a few requests to Neutron, where more of them at once would only queue.
_DECISIONS = 8


class GuestConnector:
    """Opens all connections to the guests.

    Args:
        external: The cloud's external network, in CIDR notation.
        conn: The operator's connection, which sees every project's ports and rules. Nothing is cached.
        guests: The guests of the cloud's servers.
    """

    def __init__(self, external: str, conn: Any, guests: GuestHost) -> None:
        self._external, self._conn, self._guests = ipaddress.ip_network(external), conn, guests
        self._pool = ThreadPoolExecutor(_DECISIONS)

    async def dial(self, host: str, port: int, learner: str = "") -> tuple[StreamReader, StreamWriter] | None:
        """Connect to a server; return None if the address is not in this cloud's external network.

        A learner of a class reaches only servers of the project with the learner's name.

        Raises:
            Dropped: Something is in the way: see Obstacle. A server that is booting counts as off.
            Rejected: Nothing listens on that port.
        """
        if not self._is_ours(host):
            return None
        guest = await asyncio.get_running_loop().run_in_executor(self._pool, self._find_guest, host, port, learner)
        if not guest:
            raise Dropped
        if not guest.listens(port):
            raise Rejected
        ours, theirs = socket.socketpair()
        guest.accept(port, theirs, str(client_address(learner_number(learner))))
        return await asyncio.open_connection(sock=ours)

    def _is_ours(self, host: str) -> bool:
        try:
            return ipaddress.ip_address(host) in self._external
        except ValueError:
            return False

    def _find_guest(self, host: str, port: int, learner: str) -> Guest | None:
        """Return the guest behind a floating IP, or None if anything is in the way."""
        try:
            found = ask(self._conn.network, "/floatingips", floating_ip_address=host)["floatingips"]
            attached = [one for one in found if one["port_id"] and self._may_use(learner, one)]
            path = find_network_path(self._conn.network, *attached)
            guest = self._guests.find(path.port.get("device_id"))
            client = client_address(learner_number(learner))
            return None if any(find_obstacles(path, port, bool(guest), client)) else guest
        except Exception as error:  # Neutron may be restarting; until then, nothing is allowed.
            print(f"The gateway could not ask Neutron about {host}: {error}", flush=True)
            return None

    def _may_use(self, learner: str, floating_ip: dict[str, Any]) -> bool:
        if not learner:
            return True
        return ask(self._conn.identity, f"/projects/{floating_ip['project_id']}")["project"]["name"] == learner

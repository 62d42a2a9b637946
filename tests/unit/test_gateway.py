"""Who gets in: the gateway and why_unreachable agree in every situation, and say the same of it."""

import asyncio
from types import SimpleNamespace

import pytest
from openstack.compute.v2.server import Server
from openstack.network.v2.floating_ip import FloatingIP
from openstack.network.v2.port import Port

from helpers import why_unreachable
from helpers.security_groups import obstacles
from practice_cloud import Obstacle
from practice_cloud.gateway import CLIENT_ADDRESS
from practice_cloud.gateway.connector import GuestConnector
from practice_cloud.gateway.drop import Dropped

ADDRESS, INSIDE = "203.0.113.9", "10.0.0.5"
ON = {"admin_state_up": True}
WEB = {
    "security_group_id": "web",
    "direction": "ingress",
    "ethertype": "IPv4",
    "protocol": "tcp",
    "port_range_min": 80,
    "port_range_max": 80,
    "remote_ip_prefix": None,
    "remote_group_id": None,
    "remote_address_group_id": None,
}
NO_RANGE = {"port_range_min": None, "port_range_max": None}


def server_port(name: str = "port", address: str = INSIDE, subnet: str = "inside", **changes) -> dict:
    """A port of the server, as Neutron describes it."""
    places = {"fixed_ips": [{"ip_address": address, "subnet_id": subnet}], "device_id": "server"}
    rules = {"port_security_enabled": True, "security_groups": ["web"]}
    return {"id": name, "status": "ACTIVE", "device_owner": "compute:nova", **ON, **places, **rules} | changes


def router_port(name: str, subnet: str, owner: str = "network:router_interface", **changes) -> dict:
    """A port of the router."""
    place = {"fixed_ips": [{"ip_address": "10.0.0.1", "subnet_id": subnet}], "device_id": "router"}
    return {"id": name, "device_owner": owner, **ON, **place} | changes


def floating_ip(port_id: str | None = "port", fixed: str | None = INSIDE) -> dict:
    router = "router" if port_id else None
    return {"floating_ip_address": ADDRESS, "port_id": port_id, "fixed_ip_address": fixed, "router_id": router}


def without(resource: dict, name: str) -> dict:
    """What a cloud says that does not have the extension to which a field belongs."""
    return {key: value for key, value in resource.items() if key != name}


class Cloud:
    """A cloud with one server, which answers Neutron's requests from what a situation changes of it."""

    def __init__(self, status="ACTIVE", address=ADDRESS, addresses=(), router=None, **changes):
        self.server = Server(id="server", status=status, key_name="key")
        self.server.public_v4 = address
        self.ports = changes.get("ports", [server_port()])
        self.floating_ips = changes.get("floating_ips", [floating_ip()])
        ways = [router_port("interface", "inside"), router_port("outside", "public", "network:router_gateway")]
        self.resources = {
            "ports": [*self.ports, *changes.get("router_ports", ways)],
            "routers": [{"id": "router", **ON} | (router or {})],
            "security-group-rules": [WEB | rule for rule in changes.get("rules", [{}])],
            "address-groups": [{"id": "you", "addresses": addresses}],
            "floatingips": self.floating_ips,
        }

    def get(self, path: str, params: dict) -> SimpleNamespace:
        """Answer as Neutron does: a list after filters, or one resource; only the fields that are asked for."""
        kind, _, wanted = path.strip("/").partition("/")
        filters = {name: value for name, value in params.items() if name != "fields"} | (
            {"id": wanted} if wanted else {}
        )
        found = [
            {name: value for name, value in one.items() if name in params.get("fields", one)}
            for one in self.resources[kind]
            if all(one[name] in (value if isinstance(value, list) else [value]) for name, value in filters.items())
        ]
        name = kind.replace("-", "_")
        body = {name.removesuffix("s"): found[0]} if wanted else {name: found}
        return SimpleNamespace(raise_for_status=lambda: None, json=lambda: body)

    def connection(self) -> SimpleNamespace:
        """A connection, as far as why_unreachable uses it."""
        network = SimpleNamespace(get=self.get, ips=lambda: [FloatingIP.existing(**one) for one in self.floating_ips])
        ports = [Port.existing(**port) for port in self.ports]
        return SimpleNamespace(network=network, list_ports=lambda _: ports, get_server=lambda _: self.server)

    def lets_in(self) -> bool:
        """Ask the gateway."""
        is_on = self.server.status in ("ACTIVE", "VERIFY_RESIZE", "RESCUE")
        guest = SimpleNamespace(listens=lambda port: True, accept=lambda port, end, peer: end.close())
        guests = SimpleNamespace(find=lambda server: guest if server == "server" and is_on else None)
        connector = GuestConnector("203.0.113.0/24", self.connection(), guests)

        async def dial() -> None:
            _, writer = await connector.dial(ADDRESS, 80)
            writer.close()

        try:
            asyncio.run(dial())
            return True
        except Dropped:
            return False


def rule(**changes) -> dict:
    return {"rules": [changes]}


def port(**changes) -> dict:
    return {"ports": [server_port(**changes)]}


TWO_PORTS = [server_port("closed", security_groups=[]), server_port("port", "10.1.0.5", "other")]
DUAL_STACK = server_port()
DUAL_STACK["fixed_ips"] += [{"ip_address": "fd00::5", "subnet_id": "inside6"}]
OTHER_ADDRESS = floating_ip("closed") | {"floating_ip_address": "203.0.113.8"}
OFF = {"admin_state_up": False}

SITUATIONS = {
    "nothing in the way": ({}, None),
    # Rules.
    "no rule": ({"rules": []}, Obstacle.NO_RULE),
    "no group": (port(security_groups=[]), Obstacle.NO_RULE),
    "another group's rule": (rule(security_group_id="other"), Obstacle.NO_RULE),
    "one of two groups": (port(security_groups=["other", "web"]), None),
    "a range": (rule(port_range_min=79, port_range_max=81), None),
    "a range beside it": (rule(port_range_min=81, port_range_max=90), Obstacle.NO_RULE),
    "any TCP port": (rule(**NO_RANGE), None),
    "any protocol": (rule(protocol=None, **NO_RANGE), None),
    "TCP as a number": (rule(protocol="6"), None),
    "UDP": (rule(protocol="udp"), Obstacle.NO_RULE),
    "outwards": (rule(direction="egress"), Obstacle.NO_RULE),
    "IPv6": (rule(ethertype="IPv6"), Obstacle.NO_RULE),
    "the second rule": ({"rules": [{"protocol": "udp"}, {}]}, None),
    "R1 everybody": (rule(remote_ip_prefix="0.0.0.0/0"), None),
    "R1 you": (rule(remote_ip_prefix="198.51.100.7/32"), None),
    "R1 prefix with host bits": (rule(remote_ip_prefix="198.51.100.7/24"), None),
    "R1 everybody with host bits": (rule(remote_ip_prefix="192.0.2.1/0"), None),
    "R1 others with host bits": (rule(remote_ip_prefix="192.0.2.7/24"), Obstacle.OTHER_SOURCES),
    "R1 host bits beside a rule that lets you in": ({"rules": [{"remote_ip_prefix": "192.0.2.7/24"}, {}]}, None),
    "a remote group": (rule(remote_group_id="web"), Obstacle.NO_RULE),
    "an address group with you": (rule(remote_address_group_id="you") | {"addresses": ["198.51.100.0/24"]}, None),
    "an address group of others": (
        rule(remote_address_group_id="you") | {"addresses": ["192.0.2.0/24", "2001:db8::/32"]},
        Obstacle.OTHER_SOURCES,
    ),
    "an empty address group": (rule(remote_address_group_id="you"), Obstacle.NO_RULE),
    # Ports.
    "R2 address at the closed one of two ports": (
        {"ports": TWO_PORTS, "floating_ips": [floating_ip("closed")]},
        Obstacle.NO_RULE,
    ),
    "R2 address at the open one of two ports": (
        {"ports": TWO_PORTS, "floating_ips": [floating_ip("port", "10.1.0.5")]},
        None,
    ),
    "R3 port security off": (port(port_security_enabled=False, security_groups=[]), None),
    "R3 port security unknown": (port(port_security_enabled=None), None),
    "R3 port security unknown, no rule": (port(port_security_enabled=None) | {"rules": []}, Obstacle.NO_RULE),
    "R3 no such extension, no rule": (
        {"ports": [without(server_port(), "port_security_enabled")], "rules": []},
        Obstacle.NO_RULE,
    ),
    "R3 no such extension, no group": (
        {"ports": [without(server_port(security_groups=[]), "port_security_enabled")]},
        Obstacle.NO_RULE,
    ),
    "R4 router off": ({"router": OFF}, Obstacle.ROUTER_OFF),
    "R4 interface of the router off": (
        {"router_ports": [router_port("interface", "inside", **OFF)]},
        Obstacle.ROUTER_PORT_OFF,
    ),
    "R4 gateway of the router off": (
        {"router_ports": [router_port("outside", "public", "network:router_gateway", **OFF)]},
        Obstacle.ROUTER_PORT_OFF,
    ),
    "R4 interface to another network off": ({"router_ports": [router_port("third", "another", **OFF)]}, None),
    "R4 interface for IPv6 off": (
        {"ports": [DUAL_STACK], "router_ports": [router_port("interface6", "inside6", **OFF)]},
        None,
    ),
    "R5 port off": (port(status="DOWN", **OFF), Obstacle.PORT_OFF),
    "R5 port off, not yet reported": (port(**OFF), Obstacle.PORT_OFF),
    "R5 port down": (port(status="DOWN"), Obstacle.PORT_DOWN),
    # Address and server.
    "the second of two addresses is shown": (
        {"ports": TWO_PORTS, "floating_ips": [OTHER_ADDRESS, floating_ip("port", "10.1.0.5")]},
        None,
    ),
    "no floating IP": ({"floating_ips": []}, Obstacle.NO_ADDRESS),
    "a floating IP of nobody": ({"floating_ips": [floating_ip(None, None)]}, Obstacle.NO_ADDRESS),
    "server off": (port(status="DOWN") | {"status": "SHUTOFF"}, Obstacle.SERVER_OFF),
    "server paused": ({"status": "PAUSED"}, Obstacle.SERVER_OFF),
    "server in rescue": ({"status": "RESCUE"}, None),
    "server resized": ({"status": "VERIFY_RESIZE"}, None),
}


@pytest.mark.parametrize(("changes", "expected"), SITUATIONS.values(), ids=SITUATIONS)
def test_the_gateway_and_why_unreachable_agree(changes, expected, monkeypatch):
    cloud = Cloud(**changes)
    assert cloud.lets_in() == (expected is None)
    found = obstacles(cloud.connection(), cloud.server, 80, CLIENT_ADDRESS)
    assert [kind for kind, _ in found] == ([expected] if expected else [])
    monkeypatch.setenv("http_proxy", "http://practice-cloud:secret@127.0.0.1:1")
    assert len(why_unreachable(cloud.connection(), cloud.server, 80)) == len(found)


def test_all_obstacles_are_said_each_with_what_to_do(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://practice-cloud:secret@127.0.0.1:1")
    cloud = Cloud(ports=[server_port(**OFF)], router=OFF, router_ports=[router_port("way", "inside", **OFF)], rules=[])
    said = why_unreachable(cloud.connection(), cloud.server, 80)
    assert [sentence.partition("conn.network.")[2] for sentence in said] == [
        "update_router('router', is_admin_state_up=True).",
        "update_port('way', is_admin_state_up=True).",
        "update_port('port', is_admin_state_up=True).",
        "",
    ]


def test_a_server_without_a_port_only_lacks_an_address():
    cloud = Cloud(ports=[], floating_ips=[], address="")
    assert obstacles(cloud.connection(), cloud.server, 80) == [(Obstacle.NO_ADDRESS, "")]


def test_a_port_may_have_a_public_address_of_its_own():
    """As on a cloud whose servers are on an external network."""
    cloud = Cloud(floating_ips=[], address=INSIDE)
    assert obstacles(cloud.connection(), cloud.server, 80) == []
    assert [kind for kind, _ in obstacles(cloud.connection(), cloud.server, 22)] == [Obstacle.NO_RULE]


def test_a_cloud_of_your_own_does_not_tell_your_address(monkeypatch):
    monkeypatch.delenv("http_proxy", raising=False)
    cloud = Cloud(rules=[{"remote_ip_prefix": "198.51.100.7/24"}])
    (said,) = why_unreachable(cloud.connection(), cloud.server, 80)
    assert said.startswith("Only 198.51.100.0/24 may connect to TCP port 80. Is your address among them?")


def test_a_cloud_may_lack_address_groups():
    """Then its rules do not have that field."""
    cloud = Cloud()
    rules = cloud.resources["security-group-rules"]
    rules[:] = [without(rule, "remote_address_group_id") for rule in rules]
    assert cloud.lets_in()

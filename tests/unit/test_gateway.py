"""Who gets in, decided from what Neutron says of an address, its port and the rules."""

from types import SimpleNamespace

import pytest

from practice_cloud.gateway.security_groups import Firewall

CLIENT_ADDRESS, ELSEWHERE = "198.51.100.7/32", "192.0.2.0/24"
PORT = {
    "status": "ACTIVE",
    "admin_state_up": True,
    "port_security_enabled": True,
    "security_groups": ["web"],
    "device_id": "server",
}
ANY_TCP = {
    "protocol": "tcp",
    "port_range_min": None,
    "port_range_max": None,
    "remote_ip_prefix": None,
    "remote_group_id": None,
    "remote_address_group_id": None,
}


def firewall(floating_ips=({"port_id": "port"},), rules=(), addresses=(), **port) -> Firewall:
    """A firewall whose Neutron says this; its rules are those for incoming IPv4, as the firewall asks for them."""
    answers = {
        "/floatingips": {"floatingips": floating_ips},
        "/ports/port": {"port": PORT | port},
        "/security-group-rules": {"security_group_rules": [ANY_TCP | rule for rule in rules]},
        "/address-groups/you": {"address_group": {"addresses": addresses}},
    }

    def get(path, params):
        if path == "/security-group-rules":
            asked = [params[name] for name in ("direction", "ethertype", "security_group_id")]
            assert asked == ["ingress", "IPv4", ["web"]]
        return SimpleNamespace(raise_for_status=lambda: None, json=lambda: answers[path])

    return Firewall(SimpleNamespace(network=SimpleNamespace(get=get)))


@pytest.mark.parametrize(
    ("rule", "lets_in"),
    [
        ({"port_range_min": 80, "port_range_max": 80}, True),
        ({"port_range_min": 79, "port_range_max": 81}, True),
        ({}, True),
        ({"protocol": None}, True),
        ({"protocol": "6"}, True),
        ({"protocol": "udp"}, False),
        ({"port_range_min": 81, "port_range_max": 90}, False),
        ({"remote_ip_prefix": "0.0.0.0/0"}, True),
        ({"remote_ip_prefix": CLIENT_ADDRESS}, True),
        ({"remote_ip_prefix": ELSEWHERE}, False),
        ({"remote_group_id": "web"}, False),
    ],
)
def test_one_rule(rule, lets_in):
    assert firewall(rules=[rule]).server_behind("203.0.113.9", 80) == ("server" if lets_in else None)


@pytest.mark.parametrize(("address", "lets_in"), [(CLIENT_ADDRESS, True), (ELSEWHERE, False)])
def test_a_rule_for_an_address_group(address, lets_in):
    decides = firewall(rules=[{"remote_address_group_id": "you"}], addresses=[address])
    assert bool(decides.server_behind("203.0.113.9", 80)) == lets_in


def test_one_of_several_rules_is_enough():
    assert firewall(rules=[{"protocol": "udp"}, {}]).server_behind("203.0.113.9", 80) == "server"


@pytest.mark.parametrize(
    ("situation", "lets_in"),
    [
        ({"rules": []}, False),
        ({"rules": [{}], "security_groups": []}, False),
        ({"port_security_enabled": False, "security_groups": []}, True),
        ({"rules": [{}], "status": "DOWN"}, False),
        ({"rules": [{}], "admin_state_up": False}, False),
        ({"rules": [{}], "floating_ips": ()}, False),
        ({"rules": [{}], "floating_ips": ({"port_id": None},)}, False),
    ],
)
def test_a_situation(situation, lets_in):
    assert bool(firewall(**situation).server_behind("203.0.113.9", 80)) == lets_in

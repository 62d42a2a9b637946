"""From where rules let connections in, as helpers.security_groups explains it."""

import pytest
from openstack.network.v2.security_group_rule import SecurityGroupRule

from helpers.security_groups import allowed_sources

TO_SSH = {"direction": "ingress", "ether_type": "IPv4", "protocol": "tcp", "port_range_min": 22, "port_range_max": 22}


@pytest.mark.parametrize(
    ("changes", "sources"),
    [
        ({}, {"0.0.0.0/0"}),
        ({"ether_type": "IPv6"}, {"::/0"}),
        ({"remote_ip_prefix": "198.51.100.7/32"}, {"198.51.100.7/32"}),
        ({"remote_ip_prefix": "198.51.100.7/24"}, {"198.51.100.0/24"}),
        ({"remote_group_id": "a-group"}, {"a-group"}),
        ({"port_range_min": 1, "port_range_max": 65535}, {"0.0.0.0/0"}),
        ({"protocol": None, "port_range_min": None, "port_range_max": None}, {"0.0.0.0/0"}),
        ({"direction": "egress"}, set()),
        ({"protocol": "udp"}, set()),
        ({"port_range_min": 23, "port_range_max": 80}, set()),
    ],
)
def test_it_finds_from_where_a_rule_lets_in(changes, sources):
    rule = SecurityGroupRule(**TO_SSH | changes)
    assert allowed_sources([rule], 22) == sources

"""The way from this machine to the servers' floating IPs: a proxy, and who gets through."""

import ipaddress

# The name in status() of the process that runs the gateway and the guests.
GATEWAY = "gateway"

# The source address that security groups see for connections through the gateway; each learner of a class has another.
CLIENT_ADDRESS = ipaddress.IPv4Address("198.51.100.7")


def client_address(learner: int) -> ipaddress.IPv4Address:
    """Return the source address of a learner; the first learner is 1, whose address a cloud without a class uses."""
    return CLIENT_ADDRESS + learner - 1

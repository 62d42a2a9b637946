"""The way from this machine to the servers' floating IPs: a proxy, and who gets through."""

import ipaddress

# The name in status() of the process that runs the gateway and the guests.
GATEWAY = "gateway"

# The source address that security groups see for every connection through the gateway.
CLIENT_ADDRESS = ipaddress.IPv4Address("198.51.100.7")

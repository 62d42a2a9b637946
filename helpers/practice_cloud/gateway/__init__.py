"""The way from this machine to the servers' floating IPs: a proxy, and who may pass."""

import ipaddress

# What the status calls the process that runs it, and the guests with it.
GATEWAY = "gateway"

# The source address that security groups see for every connection through the gateway.
CLIENT_ADDRESS = ipaddress.ip_address("198.51.100.7")

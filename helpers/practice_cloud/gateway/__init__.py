"""The way from this machine to the servers' floating IPs: a proxy, and who may pass."""

# What the status calls the process that runs it, and the guests with it.
GATEWAY = "gateway"

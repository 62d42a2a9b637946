#!/usr/bin/env bash
# One failed request makes a connection say for ever that the cloud has no external network.
# Versions: openstacksdk 4.22.0, keystoneauth1 5.18.1.
# Guess: get_external_ipv4_networks() raises when Neutron answers 503, and asks again next time.
# What happens: it returns an empty list, and remembers it. Neutron is back a moment later and
# list_networks() of the same connection shows the network, but get_external_ipv4_networks() and
# get_internal_ipv4_networks() stay empty. Only a new connection sees them.
# Why it matters: the methods that choose a network for a floating IP use the same memory. A
# long-running program that starts while Neutron restarts never finds one.
# Output seen:
#   during 503: []; after it: list_networks ['public'], get_external_ipv4_networks []; new: ['public']

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq openstacksdk==4.22.0 keystoneauth1==5.18.1 requests-mock==1.12.1
venv/bin/python - <<'EOF'
import openstack
import requests_mock

NET = {"id": "1", "name": "public", "router:external": True, "subnets": []}
VERSION = {"id": "v2.0", "status": "CURRENT",
           "links": [{"rel": "self", "href": "http://net.example/v2.0/"}]}


def connect():
    return openstack.connect(
        auth_type="none", endpoint="http://net.example",
        network_endpoint_override="http://net.example/v2.0")


def names(networks):
    return [network.name for network in networks]


with requests_mock.Mocker() as http:
    http.get("http://net.example/v2.0/", json={"versions": [VERSION]})
    http.get("http://net.example/v2.0", json={"versions": [VERSION]})
    http.get("http://net.example/v2.0/subnets", json={"subnets": []})
    http.get("http://net.example/v2.0/networks",
             [{"status_code": 503}, {"json": {"networks": [NET]}}])
    cloud = connect()
    during = names(cloud.get_external_ipv4_networks())
    listed = names(cloud.list_networks())
    after = names(cloud.get_external_ipv4_networks())
    new = names(connect().get_external_ipv4_networks())

assert (during, listed, after, new) == ([], ["public"], [], ["public"])
print(f"during 503: {during}; after it: list_networks {listed}, "
      f"get_external_ipv4_networks {after}; new: {new}")
EOF

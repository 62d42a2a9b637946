#!/usr/bin/env bash
# max_items counts the resources that a filter removes.
# Versions: openstacksdk 4.22.0, keystoneauth1 5.18.1.
# Guess: networks(mtu=9000, max_items=1) gives the first network whose mtu is 9000.
# What happens: Neutron is not asked to filter by mtu, so the library does it on the reply.
# But it counts each resource that it looked at, and asks the server for no more than
# max_items of them. The match is in fourth place, so up to max_items=3 there is none.
# Why it matters: "is there one like this?" with max_items=1 is answered with no, although
# there is one. The same call without max_items finds it.
# Output seen:
#   max_items none: ['jumbo'], 1: [], 2: [], 3: [], 4: ['jumbo']

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq openstacksdk==4.22.0 keystoneauth1==5.18.1 requests-mock==1.12.1
venv/bin/python - <<'EOF'
import openstack
import requests_mock

NETS = [{"id": str(i), "name": "jumbo" if i == 3 else f"net{i}", "mtu": 9000 if i == 3 else 1500}
        for i in range(6)]
VERSION = {"id": "v2.0", "status": "CURRENT",
           "links": [{"rel": "self", "href": "http://net.example/v2.0/"}]}


def page(request, context):
    limit = int(request.qs.get("limit", ["100"])[0])
    return {"networks": NETS[:limit]}


with requests_mock.Mocker() as http:
    http.get("http://net.example/v2.0/", json={"versions": [VERSION]})
    http.get("http://net.example/v2.0", json={"versions": [VERSION]})
    http.get("http://net.example/v2.0/networks", json=page)
    cloud = openstack.connect(
        auth_type="none", endpoint="http://net.example",
        network_endpoint_override="http://net.example/v2.0")
    found = {
        count or "none": [n.name for n in cloud.network.networks(mtu=9000, max_items=count)]
        for count in (None, 1, 2, 3, 4)}

assert found == {"none": ["jumbo"], 1: [], 2: [], 3: [], 4: ["jumbo"]}, found
print("max_items " + ", ".join(f"{count}: {names}" for count, names in found.items()))
EOF

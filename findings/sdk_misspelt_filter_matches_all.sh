#!/usr/bin/env bash
# A filter with a typing error matches everything, even if unknown filters are forbidden.
# Versions: openstacksdk 4.22.0, keystoneauth1 5.18.1.
# Guess: networks(nmae="test") raises InvalidResourceQuery, as the description of
# Resource.list() says; with allow_unknown_params=False at the latest.
# What happens: a name that is neither a query parameter nor an attribute is dropped. All
# networks come back, with allow_unknown_params=False too. The parameter has no effect.
# Why it matters: "for each network in networks(nmae=...): delete it" deletes each network.
# Output seen:
#   networks(nmae='test') -> 3 of 3; with allow_unknown_params=False -> 3 of 3; query sent: ''

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq openstacksdk==4.22.0 keystoneauth1==5.18.1 requests-mock==1.12.1
venv/bin/python - <<'EOF'
import openstack
import requests_mock
from openstack.network.v2.network import Network

NETS = [{"id": str(i), "name": name} for i, name in enumerate(["test", "web", "db"])]
VERSION = {"id": "v2.0", "status": "CURRENT",
           "links": [{"rel": "self", "href": "http://net.example/v2.0/"}]}

with requests_mock.Mocker() as http:
    http.get("http://net.example/v2.0/", json={"versions": [VERSION]})
    http.get("http://net.example/v2.0", json={"versions": [VERSION]})
    http.get("http://net.example/v2.0/networks", json={"networks": NETS})
    cloud = openstack.connect(
        auth_type="none", endpoint="http://net.example",
        network_endpoint_override="http://net.example/v2.0")
    loose = list(cloud.network.networks(nmae="test"))
    strict = list(Network.list(cloud.network, allow_unknown_params=False, nmae="test"))
    query = http.last_request.query

assert len(loose) == len(strict) == 3 and query == "", (loose, strict, query)
print(f"networks(nmae='test') -> {len(loose)} of 3; with allow_unknown_params=False -> "
      f"{len(strict)} of 3; query sent: {query!r}")
EOF

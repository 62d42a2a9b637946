#!/usr/bin/env bash
# copy.copy() of an openstacksdk resource marks the *original* as changed.
# Versions: openstacksdk 4.22.0, keystoneauth1 5.18.1.
# Guess: a copy leaves the original alone, so a rename sends the new name and nothing else.
# What happens: the copy shares the original's record of changes, and making it assigns every
# attribute once. The next update of the original sends all that the server never reported:
# null for most, False or an empty list for some.
# Why it matters: "keep the old one to compare with" is a usual step before an update. Here
# it adds a description of null, and created_at, which nobody may change, to a rename.
# Output seen:
#   renamed after copy.copy(): 25 attributes sent, 21 of them null; without the copy: ['name']

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq openstacksdk==4.22.0 keystoneauth1==5.18.1 requests-mock==1.12.1
venv/bin/python - <<'EOF'
import copy

import openstack
import requests_mock

NET = {"id": "1", "name": "old", "status": "ACTIVE", "mtu": 1500, "shared": False}
VERSION = {"id": "v2.0", "status": "CURRENT",
           "links": [{"rel": "self", "href": "http://net.example/v2.0/"}]}

with requests_mock.Mocker() as http:
    http.get("http://net.example/v2.0/", json={"versions": [VERSION]})
    http.get("http://net.example/v2.0", json={"versions": [VERSION]})
    http.get("http://net.example/v2.0/networks/1", json={"network": NET})
    http.put("http://net.example/v2.0/networks/1", json={"network": NET})
    cloud = openstack.connect(
        auth_type="none", endpoint="http://net.example",
        network_endpoint_override="http://net.example/v2.0")

    network = cloud.network.get_network("1")
    cloud.network.update_network(network, name="new")
    plain = http.last_request.json()["network"]

    network = cloud.network.get_network("1")
    before = copy.copy(network)
    cloud.network.update_network(network, name="new")
    copied = http.last_request.json()["network"]

nulls = [key for key, value in copied.items() if value is None]
assert plain == {"name": "new"}, plain
assert len(copied) > 10 and "description" in nulls and "created_at" in nulls, copied
print(f"renamed after copy.copy(): {len(copied)} attributes sent, {len(nulls)} of them null; "
      f"without the copy: {list(plain)}")
EOF

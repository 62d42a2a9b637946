#!/usr/bin/env bash
# Pressing TAB after conn.compute. in IPython sends requests to the cloud.
# Versions: ipython 9.18.1 (as it comes), openstacksdk 4.22.0, keystoneauth1 5.18.1.
# Guess: completion looks at names only, so nothing is sent before the line is run.
# What happens: to complete "conn.compute.ser", IPython reads conn.compute. That is where
# openstacksdk asks the service for its versions. A service that does not answer then has no
# completions at all, and no message says why.
# Why it matters: a notebook about requests counts one more than its cells send, and a
# service that is down looks like a library without any methods.
# Output seen:
#   conn.co: 8 completions, 0 requests; conn.compute.ser: 9, 1; conn.network.net (down): 0, 1

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq openstacksdk==4.22.0 keystoneauth1==5.18.1 requests-mock==1.12.1 \
    ipython==9.18.1
venv/bin/python - <<'EOF'
import warnings

warnings.simplefilter("ignore")
import openstack
import requests_mock
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

VERSION = {"id": "v2.1", "status": "CURRENT", "version": "2.96", "min_version": "2.1",
           "links": [{"rel": "self", "href": "http://c.example/v2.1/"}]}
shell = InteractiveShell.instance()


def complete(text):
    before = http.call_count
    with provisionalcompleter():
        found = list(shell.Completer.completions(text, len(text)))
    return len(found), http.call_count - before


with requests_mock.Mocker() as http:
    http.get("http://c.example/v2.1", json={"version": VERSION})
    http.get("http://net.example/", status_code=503)
    shell.user_ns["conn"] = openstack.connect(
        auth_type="none", endpoint="http://net.example",
        compute_endpoint_override="http://c.example/v2.1")
    top = complete("conn.co")
    compute = complete("conn.compute.ser")
    network = complete("conn.network.net")

assert top[0] > 0 and top[1] == 0, top
assert compute[0] > 0 and compute[1] == 1, compute
assert network == (0, 1), network
print(f"conn.co: {top[0]} completions, {top[1]} requests; conn.compute.ser: {compute[0]}, "
      f"{compute[1]}; conn.network.net (down): {network[0]}, {network[1]}")
EOF

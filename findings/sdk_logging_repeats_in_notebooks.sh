#!/usr/bin/env bash
# Each call of openstack.enable_logging() adds one more copy of every log line.
# Versions: openstacksdk 4.22.0, keystoneauth1 5.18.1.
# Guess: the call sets a state. Running the cell a second time changes nothing.
# What happens: the call adds a handler to the loggers each time. After three runs of the cell
# each request is shown three times. With debug=False it gets quiet, but the handlers stay.
# Why it matters: in Jupyter one runs a cell again and again. The log then shows requests
# that were never sent, and a reader counts three calls (or three retries) where there is one.
# Output seen:
#   enable_logging() called 1, 2, 3 times: 1, 2, 3 lines for one request

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq openstacksdk==4.22.0 keystoneauth1==5.18.1 requests-mock==1.12.1
venv/bin/python - <<'EOF'
import io

import openstack
import requests_mock

VERSION = {"id": "v2.0", "status": "CURRENT",
           "links": [{"rel": "self", "href": "http://net.example/v2.0/"}]}
log = io.StringIO()
lines = []

with requests_mock.Mocker() as http:
    http.get("http://net.example/v2.0", json={"versions": [VERSION]})
    http.get("http://net.example/v2.0/networks", json={"networks": []})
    cloud = openstack.connect(
        auth_type="none", endpoint="http://net.example",
        network_endpoint_override="http://net.example/v2.0")
    cloud.network.get("/networks")
    for _ in range(3):
        openstack.enable_logging(debug=True, http_debug=True, stream=log)
        before = http.call_count
        log.truncate(0)
        cloud.network.get("/networks")
        assert http.call_count - before == 1
        lines.append(log.getvalue().count("REQ: curl"))

assert lines == [1, 2, 3], lines
print(f"enable_logging() called 1, 2, 3 times: {', '.join(map(str, lines))} lines for one request")
EOF

#!/usr/bin/env bash
# delete_project() answers False when Keystone forbids it, as it does for an unknown project.
# Versions: openstacksdk 4.22.0, keystoneauth1 5.18.1.
# Guess: it raises, as its own description says and as delete_flavor() does.
# What happens: an error of the request (403 or 500) is logged and becomes False. False
# also means "there was no such project", so the caller cannot tell the two apart.
# Why it matters: a clean-up script that ignores the answer goes on as if the project were
# gone. The project, and what it costs, stays.
# Output seen:
#   delete_project: 403 -> False, 500 -> False, unknown -> False; delete_flavor: 403 -> SDKException

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq openstacksdk==4.22.0 keystoneauth1==5.18.1 requests-mock==1.12.1
venv/bin/python - <<'EOF'
import logging

import openstack
import requests_mock
from openstack.exceptions import SDKException

logging.disable(logging.CRITICAL)
V3 = {"id": "v3.14", "status": "stable",
      "links": [{"rel": "self", "href": "http://id.example/v3/"}]}
V2 = {"id": "v2.1", "status": "CURRENT", "version": "2.96", "min_version": "2.1",
      "links": [{"rel": "self", "href": "http://c.example/v2.1/"}]}

with requests_mock.Mocker() as http:
    http.get("http://id.example/v3", json={"version": V3})
    http.get("http://c.example/v2.1", json={"version": V2})
    http.get("http://c.example/v2.1/", json={"version": V2})
    http.get("http://id.example/v3/projects/p", json={"project": {"id": "p", "name": "p"}})
    http.get("http://id.example/v3/projects/q", status_code=404)
    http.get("http://id.example/v3/projects", json={"projects": []})
    http.get("http://c.example/v2.1/flavors/f", json={"flavor": {"id": "f", "name": "f"}})
    http.delete("http://c.example/v2.1/flavors/f", status_code=403)
    http.delete("http://id.example/v3/projects/p", [{"status_code": 403}, {"status_code": 500}])
    cloud = openstack.connect(
        auth_type="none", endpoint="http://id.example",
        identity_endpoint_override="http://id.example/v3",
        compute_endpoint_override="http://c.example/v2.1")
    answers = [cloud.delete_project(name) for name in ("p", "p", "q")]
    assert answers == [False, False, False], answers
    assert [r.method for r in http.request_history].count("DELETE") == 2
    try:
        cloud.delete_flavor("f")
    except SDKException:
        print("delete_project: 403 -> False, 500 -> False, unknown -> False; "
              "delete_flavor: 403 -> SDKException")
    else:
        raise AssertionError("delete_flavor no longer raises")
EOF

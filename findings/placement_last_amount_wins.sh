#!/usr/bin/env bash
# Placement takes the last of two amounts of one resource in a query, with no error.
# Versions: openstack-placement 16.0.0 (microversion 1.39).
# Guess: resources=VCPU:9,VCPU:1 is refused (400), or means ten.
# What happens: the last one counts. On a host with 8 VCPU, "9 and 1" has a candidate for 1,
# and "1 and 9" has none. Other contradictions in such a query are refused with 400.
# Why it matters: a tool that joins the wishes of several flavors or groups with commas gets
# a place for one of them, and an answer that looks complete.
# Output seen:
#   VCPU:9,VCPU:1 -> [{'VCPU': 1}]; VCPU:1,VCPU:9 -> []; VCPU:8,VCPU:1 -> [{'VCPU': 1}]

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq openstack-placement==16.0.0 webob==1.8.11
venv/bin/python - <<'EOF'
import json
import uuid
from pathlib import Path

import webob
from oslo_config import cfg
from placement import conf, db_api, deploy

Path("placement.conf").write_text(
    "[api]\nauth_strategy = noauth2\n"
    "[placement_database]\nconnection = sqlite:///placement.db\nsync_on_startup = true\n")
config = cfg.ConfigOpts()
conf.register_opts(config)
config([], project="placement", default_config_files=["placement.conf"])
db_api.configure(config)
app = deploy.loadapp(config)


def call(method, path, body=None):
    request = webob.Request.blank(path, method=method, headers={
        "X-Auth-Token": "admin", "OpenStack-API-Version": "placement 1.39",
        "Accept": "application/json"})
    if body is not None:
        request.body, request.content_type = json.dumps(body).encode(), "application/json"
    response = request.get_response(app)
    return response.status_int, response.json if response.body else None


host = str(uuid.uuid4())
call("POST", "/resource_providers", {"name": "host", "uuid": host})
call("PUT", f"/resource_providers/{host}/inventories",
     {"resource_provider_generation": 0, "inventories": {"VCPU": {"total": 8}}})


def candidates(resources):
    status, found = call("GET", f"/allocation_candidates?resources={resources}")
    assert status == 200, (status, found)
    return [each["allocations"][host]["resources"] for each in found["allocation_requests"]]


queries = ["VCPU:9,VCPU:1", "VCPU:1,VCPU:9", "VCPU:8,VCPU:1"]
answers = [candidates(query) for query in queries]
assert answers == [[{"VCPU": 1}], [], [{"VCPU": 1}]], answers
assert candidates("VCPU:9") == []
print("; ".join(f"{query} -> {answer}" for query, answer in zip(queries, answers)))
EOF

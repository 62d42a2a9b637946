#!/usr/bin/env bash
# Placement accepts inventories from which nothing can ever be taken.
# Versions: openstack-placement 16.0.0 (microversion 1.39).
# Guess: numbers that contradict each other are refused with 400, as reserved > total is.
# What happens: allocation_ratio 0, min_unit above max_unit and min_unit above total are all
# stored, with 200. The host then has no candidates for any amount.
# Why it matters: a swapped min and max, or a ratio of 0 meant as "no overcommit", takes a
# host out of use. The scheduler later says "no valid host", far from the request that did it.
# Output seen:
#   reserved 9 of 8: 400; allocation_ratio 0: 200, 0 candidates; min_unit 5, max_unit 2: 200, 0 candidates; min_unit 9: 200, 0 candidates

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


def store(**numbers):
    generation = call("GET", f"/resource_providers/{host}")[1]["generation"]
    status, _ = call("PUT", f"/resource_providers/{host}/inventories", {
        "resource_provider_generation": generation,
        "inventories": {"VCPU": {"total": 8, **numbers}}})
    found = [call("GET", f"/allocation_candidates?resources=VCPU:{amount}")[1]
             for amount in range(1, 10)]
    return status, sum(len(each["allocation_requests"]) for each in found)


assert store() == (200, 8)
assert store(reserved=9)[0] == 400
useless = {"allocation_ratio 0": store(allocation_ratio=0),
           "min_unit 5, max_unit 2": store(min_unit=5, max_unit=2),
           "min_unit 9": store(min_unit=9)}
assert set(useless.values()) == {(200, 0)}, useless
print("reserved 9 of 8: 400; " + "; ".join(
    f"{name}: {status}, {count} candidates" for name, (status, count) in useless.items()))
EOF

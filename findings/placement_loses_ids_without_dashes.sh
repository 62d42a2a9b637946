#!/usr/bin/env bash
# Placement stores the allocations of an id without dashes where the same address cannot find them.
# Versions: openstack-placement 16.0.0 (microversion 1.39).
# Guess: what PUT stores at an address, GET and DELETE of the same address find.
# What happens: PUT /allocations/<32 digits> answers 204 and stores them under the id with
# dashes. GET of the same address answers 200 with no allocations at all, DELETE answers 404,
# and a second PUT 409, since the consumer is no longer new.
# Why it matters: uuid4().hex and many OpenStack tools write ids without dashes. A script
# that books, checks and frees in this way sees a success and then nothing. What it booked
# stays taken.
# Output seen:
#   without dashes: PUT 204, GET 200 {}, PUT 409, DELETE 404; with dashes: GET 200, 1 provider

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
body = {"allocations": {host: {"resources": {"VCPU": 1}}}, "consumer_generation": None,
        "project_id": "p", "user_id": "u", "consumer_type": "INSTANCE"}
server = uuid.uuid4()
address, dashed = f"/allocations/{server.hex}", f"/allocations/{server}"

put, _ = call("PUT", address, body)
get, found = call("GET", address)
again, _ = call("PUT", address, body)
delete, _ = call("DELETE", address)
really, there = call("GET", dashed)

assert (put, get, found["allocations"], again, delete) == (204, 200, {}, 409, 404)
assert really == 200 and list(there["allocations"]) == [host], there
print(f"without dashes: PUT {put}, GET {get} {found['allocations']}, PUT {again}, "
      f"DELETE {delete}; with dashes: GET {really}, {len(there['allocations'])} provider")
EOF

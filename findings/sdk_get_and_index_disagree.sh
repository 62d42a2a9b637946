#!/usr/bin/env bash
# server["name"] and server.get("name") give different values after a change.
# Versions: openstacksdk 4.22.0.
# Guess: a resource is a dict, so both read the same value.
# What happens: each resource keeps a second copy of its values, made when it is created. It
# is what .get(), dict(server) and {**server} read. Assignments do not reach it; update(),
# pop() and clear() reach nothing else. Attributes, server["name"], items() and json.dumps()
# read the live values.
# Why it matters: code that uses .get() or makes a plain dict from a resource (templates, data
# frames, log lines) shows the old name, while print(server) shows the new one.
# Output seen:
#   new, new, new by attribute, index and items(); old, old, old by get(), dict() and **

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq openstacksdk==4.22.0
venv/bin/python - <<'EOF'
import json

from openstack.compute.v2.server import Server

server = Server.existing(id="1", name="old")
server.name = "new"

live = [server.name, server["name"], dict(server.items())["name"]]
stale = [server.get("name"), dict(server)["name"], {**server}["name"]]
assert json.loads(json.dumps(server))["name"] == "new"
assert live == ["new"] * 3 and stale == ["old"] * 3, (live, stale)

server.update(name="newest")
assert (server.name, server.get("name")) == ("new", "newest")
print(f"{', '.join(live)} by attribute, index and items(); "
      f"{', '.join(stale)} by get(), dict() and **")
EOF

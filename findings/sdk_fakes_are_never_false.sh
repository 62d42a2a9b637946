#!/usr/bin/env bash
# The fakes of openstack.test have no False: every boolean in them is True.
# Versions: openstacksdk 4.22.0.
# Guess: booleans are True or False by chance, as the source of the module plans it.
# What happens: Python's bool is a kind of int, and the check for int comes first. So each
# boolean is a whole number from 1 to 100, which reads as True. The raw body holds that number.
# Why it matters: a test with random fakes seems to cover both cases, but the branch for
# False never runs. And a body taken from a fake does not fit a schema that asks for a boolean.
# Output seen:
#   300 networks: is_shared {True}, is_admin_state_up {True}, raw 'shared' from 1 to 100

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq openstacksdk==4.22.0
venv/bin/python - <<'EOF'
from openstack.network.v2.network import Network
from openstack.test import fakes

networks = [fakes.generate_fake_resource(Network) for _ in range(300)]
shared = {network.is_shared for network in networks}
up = {network.is_admin_state_up for network in networks}
raw = {network._body["shared"] for network in networks}

assert shared == up == {True}, (shared, up)
assert all(type(value) is int and 1 <= value <= 100 for value in raw), raw
assert len(raw) > 10, raw
print(f"300 networks: is_shared {shared}, is_admin_state_up {up}, raw 'shared' from 1 to 100")
EOF

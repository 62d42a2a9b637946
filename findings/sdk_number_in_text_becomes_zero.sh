#!/usr/bin/env bash
# A number given as text to an integer attribute may become 0, with no error.
# Versions: openstacksdk 4.22.0.
# Guess: "-1" becomes -1, or an error says that it is not an integer. "2048.0" likewise.
# What happens: text is converted only if it consists of digits. A sign, a space or a point in
# it gives 0, both when an attribute is set and when one from a reply is read.
# Why it matters: -1 means "no limit" in a quota, and 0 means "nothing at all". A value from
# an environment variable, a CSV file or a form turns the one into the other on its way.
# Output seen:
#   cores '-1' -> {'cores': 0} to be sent; ram '2048.0' -> 0, ' 2048' -> 0, '2048MB' -> 0

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq openstacksdk==4.22.0
venv/bin/python - <<'EOF'
from openstack.compute.v2.flavor import Flavor
from openstack.compute.v2.quota_set import QuotaSet
from openstack.network.v2.quota import Quota

quota = QuotaSet.existing(project_id="p", cores=10)
quota.cores = "-1"
assert quota.cores == 0 and quota._body.dirty == {"cores": 0}, quota._body.dirty

quota.cores = "20"
assert quota.cores == 20
assert Quota.existing(id="p", network="-1").networks == 0

texts = ["2048.0", " 2048", "2048MB"]
sizes = [Flavor(ram=text).ram for text in texts]
assert sizes == [0, 0, 0], sizes
assert Flavor(ram="2048").ram == 2048
pairs = ", ".join(f"{text!r} -> {size}" for text, size in zip(texts, sizes))
print(f"cores '-1' -> {{'cores': 0}} to be sent; ram {pairs}")
EOF

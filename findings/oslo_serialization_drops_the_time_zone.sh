#!/usr/bin/env bash
# oslo.serialization writes a time with a zone as another moment.
# Versions: oslo.serialization 5.11.0, oslo.utils 10.2.0.
# Guess: 12:00+02:00 is written with its offset, or as 10:00 in UTC.
# What happens: the offset is left out and the clock time stays, so jsonutils.dumps() writes
# 12:00. oslo.utils reads a time without an offset as UTC. The moment is two hours off after
# one write and one read with OpenStack's own libraries. No warning is given.
# Why it matters: services expect UTC in such fields. A caller that builds times with its own
# zone stores expiry dates that are hours too late or too early.
# Output seen:
#   12:00+02:00 -> "2030-01-01T12:00:00.000000" -> 12:00+00:00, 2:00:00 later

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq oslo.serialization==5.11.0 oslo.utils==10.2.0
venv/bin/python - <<'EOF'
from datetime import datetime, timedelta, timezone

from oslo_serialization import jsonutils
from oslo_utils import timeutils

moment = datetime(2030, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
text = jsonutils.dumps(moment)
back = timeutils.parse_isotime(jsonutils.loads(text))

assert text == '"2030-01-01T12:00:00.000000"', text
assert back - moment == timedelta(hours=2), back - moment
assert timeutils.parse_isotime(moment.isoformat()) == moment
print(f"12:00+02:00 -> {text} -> {back:%H:%M}+00:00, {back - moment} later")
EOF

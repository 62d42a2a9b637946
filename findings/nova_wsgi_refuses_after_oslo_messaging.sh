#!/usr/bin/env bash
# Nova's web module refuses to load after "import oslo_messaging", and blames an empty variable.
# Versions: nova 34.0.0, oslo.messaging 18.3.1, eventlet 0.41.3.
# Guess: the order of imports does not matter, as nothing is patched by importing eventlet.
# What happens: oslo.messaging imports eventlet, and Nova in its threading mode allows that
# only after itself. The error names OS_NOVA_DISABLE_EVENTLET_PATCHING, "set to ''". The other
# way round, Nova forbids every later import whose name begins with "eventlet".
# find_spec() raises too, so one cannot even ask whether there is such a module.
# Why it matters: two OpenStack services in one process work in one order of imports, or not
# at all. The message points to a setting that nobody made.
# Output seen:
#   after oslo_messaging: RuntimeError, variable ''; before: fine, then eventlet and eventlet_notes: ImportError

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq nova==34.0.0 oslo.messaging==18.3.1 oslo.service==4.8.0 eventlet==0.41.3
venv/bin/python - <<'EOF'
import subprocess
import sys

NOVA = "import nova.monkey_patch\nnova.monkey_patch.patch(backend='threading')\n"
SPEC = "import importlib.util\nimportlib.util.find_spec('{}')"


def run(code):
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code],
                          capture_output=True, text=True)
    return done.stderr.strip().splitlines()[-1] if done.returncode else "fine"


# nova.wsgi.osapi_compute, the module that web servers load, begins with these two lines.
late = run("import oslo_messaging\nfrom nova.wsgi import osapi_compute")
assert late.startswith("RuntimeError") and "PATCHING set to ''" in late, late
assert run("import eventlet\n" + NOVA).startswith("RuntimeError")
assert run(NOVA + "import oslo_messaging") == "fine"
for name in ("eventlet", "eventlet_notes"):
    assert run(SPEC.format(name)) == "fine"
    after = run(NOVA + SPEC.format(name))
    assert after.startswith("ImportError"), after
print("after oslo_messaging: RuntimeError, variable ''; before: fine, "
      "then eventlet and eventlet_notes: ImportError")
EOF

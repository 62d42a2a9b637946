#!/usr/bin/env bash
# Importing Nova's web module reads the --config-file option of whatever program imports it.
# Versions: nova 34.0.0, oslo.config 10.7.0, eventlet 0.41.3.
# Guess: a module for web servers is configured by its environment and files of its own.
# What happens: its first line looks for --config-file in the command line of the process. If
# that is the program's own YAML file, the import fails with an error about sections. If it is
# an INI file with concurrency_backend = eventlet in it, the whole program is monkey-patched.
# Why it matters: "serve.py --config-file serve.yaml" is a usual form. A server that loads
# Nova beside other applications cannot have such an option, and the error does not say
# that it was Nova that read the file.
# Output seen:
#   no option: fine, False; serve.yaml: ConfigFileParseError; serve.ini: fine, time patched True

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq nova==34.0.0 oslo.config==10.7.0 oslo.service==4.8.0 eventlet==0.41.3
venv/bin/python - <<'EOF'
import subprocess
import sys
from pathlib import Path

Path("serve.yaml").write_text("workers: 3\n")
Path("serve.ini").write_text("[DEFAULT]\nconcurrency_backend = eventlet\n")
# The import is the first line of nova.wsgi.osapi_compute.
Path("serve.py").write_text("""\
from nova import monkey_patch; monkey_patch.patch(backend='threading')
import time
print(time.sleep.__module__.startswith('eventlet'))
""")


def serve(*options):
    done = subprocess.run([sys.executable, "-W", "ignore", "serve.py", *options],
                          capture_output=True, text=True)
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1].split(":")[0]


none, yaml, ini = serve(), serve("--config-file=serve.yaml"), serve("--config-file", "serve.ini")
assert none == "False", none
assert yaml == "oslo_config.cfg.ConfigFileParseError", yaml
assert ini == "True", ini
print(f"no option: fine, {none}; serve.yaml: {yaml.split('.')[-1]}; "
      f"serve.ini: fine, time patched {ini}")
EOF

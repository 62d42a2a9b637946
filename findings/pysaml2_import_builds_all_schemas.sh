#!/usr/bin/env bash
# To import pysaml2's module for signatures is to build the XML schemas of all of SAML.
# Versions: pysaml2 7.5.5, xmlschema 2.5.1.
# Guess: schemas are read when a document is validated for the first time, or never.
# What happens: `import saml2.sigver` reads eleven .xsd files of the package and builds a validator
# from them, although nothing is validated yet. It takes most of the time of that import.
# Why it matters: Keystone imports it for its federation API, which many clouds do not offer. Each
# start of keystone-manage and of each API worker waits for it.
# Output seen:
#   .xsd files read by the import: 11; built: XMLSchema10

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq pysaml2==7.5.5 xmlschema==2.5.1
venv/bin/python - <<'EOF'
import sys

opened = set()
sys.addaudithook(lambda event, args: opened.add(str(args[0])) if event == "open" else None)

import saml2.sigver

files = {name for name in opened if name.endswith(".xsd") and "saml2" in name}
built = type(sys.modules["saml2.xml.schema"]._schema_validator_default).__name__
print(f".xsd files read by the import: {len(files)}; built: {built}")
assert (len(files), built) == (11, "XMLSchema10")
EOF

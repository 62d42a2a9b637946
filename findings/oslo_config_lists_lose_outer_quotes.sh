#!/usr/bin/env bash
# oslo.config removes the first and the last quote of a quoted list, and no other.
# Versions: oslo.config 10.7.0.
# Guess: "a","b" gives a and b, or each item keeps both of its quotes.
# What happens: the file reader takes one pair of quotes off the whole value before the list
# is split. So the first item keeps its closing quote, the last one its opening quote, and
# those between keep both. A single quoted item comes out clean, so it works at first.
# Why it matters: it works for one network name in quotes. With a second one, no name
# matches any more, and the list printed in a log looks nearly right.
# Output seen:
#   "a" -> ['a']; "a","b" -> ['a"', '"b']; "a","b","c" -> ['a"', '"b"', '"c']

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq oslo.config==10.7.0
venv/bin/python - <<'EOF'
from pathlib import Path

from oslo_config import cfg


def load(value):
    Path("my.conf").write_text(f"[DEFAULT]\nnames = {value}\n")
    conf = cfg.ConfigOpts()
    conf.register_opt(cfg.ListOpt("names"))
    conf([], project="example", default_config_files=["my.conf"], default_config_dirs=[])
    return conf.names


values = ['"a"', '"a","b"', '"a","b","c"']
lists = [load(value) for value in values]
assert lists == [["a"], ['a"', '"b'], ['a"', '"b"', '"c']], lists
assert load("a, b") == ["a", "b"]
print("; ".join(f"{value} -> {names}" for value, names in zip(values, lists)))
EOF

#!/usr/bin/env bash
# A "$word" in a value makes oslo.config say that the option itself does not exist.
# Versions: oslo.config 10.7.0.
# Guess: an unknown $word stays as it is, or an error names that word.
# What happens: reading the option raises NoSuchOptError for the option that was read, not for
# the word. As that is an AttributeError too, getattr() with a default gives the default, and
# hasattr() says False. "$5" does stay as it is, so not each dollar sign does this.
# Why it matters: a generated password with $ in it is reported as "no such option", though it
# is there in the file. Code with a default quietly goes on without the password.
# Output seen:
#   value pa$word: no such option password in group [DEFAULT]; getattr: 'default'; cost$5: 'cost$5'

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
    Path("my.conf").write_text(f"[DEFAULT]\npassword = {value}\n")
    conf = cfg.ConfigOpts()
    conf.register_opt(cfg.StrOpt("password"))
    conf([], project="example", default_config_files=["my.conf"], default_config_dirs=[])
    return conf


conf = load("pa$word")
try:
    conf.password
except cfg.NoSuchOptError as problem:
    message = str(problem)
else:
    raise AssertionError("no error any more")
default = getattr(conf, "password", "default")

assert message == "no such option password in group [DEFAULT]", message
assert default == "default" and not hasattr(conf, "password")
assert "password" in conf
assert load("cost$5").password == "cost$5" and load("pa$$word").password == "pa$word"
print(f"value pa$word: {message}; getattr: {default!r}; cost$5: {load('cost$5').password!r}")
EOF

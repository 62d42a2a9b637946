#!/usr/bin/env bash
# A line "MIME-Version: 1.0" in a file of a cloud-config spoils the whole cloud-config.
# Versions: cloud-init 25.1.4-1+deb13u1 (Debian trixie's package), unpacked and called, not installed.
# Guess: the first line, #cloud-config, decides, and the file is written as it stands.
# What happens: cloud-init looks for that header in the first 4 KiB. If it is there, the text goes
# through Python's email package. A character of Latin-1 then makes the YAML unreadable, and the
# configuration is empty: no packages, no files, no keys. Another character, such as the euro
# sign, arrives in the file as the six characters of a Python escape. ASCII arrives as it is.
# Why it matters: a web server that is to serve or send mail templates is set up in English, and
# comes up with nothing on it in German, with one warning in a log inside the server.
# Output seen:
#   Hello: ['MIME-Version: 1.0\n\nHello\n']; 10 €: ['MIME-Version: 1.0\n\n10 \\u20ac\n'];
#   Grüße: []; Grüße without the header: ['Version: 1.0\n\nGrüße\n']

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq pyyaml==6.0.3 configobj==5.0.9 requests==2.34.2 jinja2==3.1.6 \
    jsonpatch==1.33 jsonschema==4.26.0 oauthlib==3.3.1
pool=http://deb.debian.org/debian/pool/main/c/cloud-init
curl -sSfo cloud-init.deb "$pool/cloud-init_25.1.4-1+deb13u1_all.deb"
dpkg-deb -x cloud-init.deb package
PYTHONPATH="$dir/package/usr/lib/python3/dist-packages" venv/bin/python - <<'EOF'
import os
from unittest import mock

from cloudinit import handlers, helpers, user_data, util
from cloudinit.handlers.cloud_config import CloudConfigPartHandler

TEXT = "#cloud-config\nwrite_files:\n- path: /srv/mail\n  content: |\n    %s\n\n    %s\n"
paths = helpers.Paths({"cloud_dir": os.getcwd(), "run_dir": os.getcwd()})


def contents(header, word):
    """Return the contents of the files that cloud-init would write."""
    message = user_data.UserDataProcessor(paths).process((TEXT % (header, word)).encode())
    handler = CloudConfigPartHandler(paths)
    handler.cloud_fn = "config"
    known = helpers.ContentHandlers()
    known.register(handler, initialized=True)
    data = {"handlers": known, "handlerdir": "", "data": None, "frequency": "always",
            "handlercount": 0, "excluded": []}
    with mock.patch("cloudinit.util.write_file") as write:
        handler.handle_part(None, "__begin__", None, None, None, {"Content-Type": "__begin__"})
        handlers.walk(message, handlers.walker_callback, data=data)
        handler.handle_part(None, "__end__", None, None, None, {"Content-Type": "__end__"})
    config = util.load_yaml(write.call_args.args[1]) or {}
    return [file["content"] for file in config.get("write_files", [])]


mime = "MIME-Version: 1.0"
hello, euro, greeting = (contents(mime, word) for word in ("Hello", "10 €", "Grüße"))
without = contents("Version: 1.0", "Grüße")
print(f"Hello: {hello}; 10 €: {euro};\nGrüße: {greeting}; Grüße without the header: {without}")
assert hello == [f"{mime}\n\nHello\n"] and without == ["Version: 1.0\n\nGrüße\n"]
assert greeting == [] and euro == [f"{mime}\n\n10 \\u20ac\n"], euro
EOF

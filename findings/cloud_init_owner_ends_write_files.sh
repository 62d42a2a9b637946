#!/usr/bin/env bash
# One file with an unknown owner ends cloud-init's write_files, and the user "ubuntu" is unknown.
# Versions: cloud-init 25.1.4-1+deb13u1 (Debian trixie's package), unpacked and called, not installed.
# Guess: a warning, the file belongs to root, and the files after it are written.
# What happens: the file itself is written, and belongs to root. The files after it are missing.
# write_files runs before the default user of the image is made, so "owner: ubuntu:ubuntu" is
# such an owner at every first boot. Only "defer: true" writes a file after the users.
# Why it matters: a server's user data with three files leaves one of them out because of a line
# in another one, and the server is ACTIVE all the same.
# Output seen:
#   written: a b; the error: Unknown user or group: "getpwnam(): name not found: 'learner'"

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
import grp
import os
import pwd

from cloudinit.config import cc_write_files

files = [{"path": f"{os.getcwd()}/files/{name}", "content": name} for name in "abc"]
files[1]["owner"] = "learner:learner"
try:
    # For a file without an owner, cloud-init gives root:root.
    mine = f"{pwd.getpwuid(os.getuid()).pw_name}:{grp.getgrgid(os.getgid()).gr_name}"
    cc_write_files.write_files("write_files", files, mine)
    error = None
except Exception as raised:
    error = raised
written = sorted(os.listdir("files"))
print(f"written: {' '.join(written)}; the error: {error}")
assert written == ["a", "b"] and "learner" in str(error)
EOF

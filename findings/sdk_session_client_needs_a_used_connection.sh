#!/usr/bin/env bash
# A client from conn.config.get_session_client() works only after something else has used the connection.
# Versions: openstacksdk 4.22.0.
# Guess: conn is held in a variable, so a client made from its configuration can send requests at once.
# What happens: the first request raises RuntimeError, "no connection found". The configuration's session gets
# its connection only when somebody reads conn.session, which every other call of the connection does. After
# that, a client made in the same way works.
# Why it matters: a script that begins with such a call, for example to ask a service for its versions, fails;
# with any list call before it, the same line works, so the error comes and goes with unrelated lines.
# Output seen:
#   before conn.session is read: RuntimeError: no connection found; after it: 200

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq openstacksdk==4.22.0
env -u OS_CLIENT_CONFIG_FILE venv/bin/python - <<'EOF'
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import openstack


class Service(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Service)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}"
conn = openstack.connection.Connection(auth_type="none", endpoint=url, region_name="")


def ask():
    try:
        return str(conn.config.get_session_client("compute").get(url).status_code)
    except RuntimeError as error:
        return f"RuntimeError: {error}"


before = ask()
conn.session  # Reading it is enough.
after = ask()
print(f"before conn.session is read: {before}; after it: {after}")
assert (before, after) == ("RuntimeError: no connection found", "200")
EOF

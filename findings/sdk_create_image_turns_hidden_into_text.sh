#!/usr/bin/env bash
# create_image(is_hidden=True) sends the text "True"; of two booleans, the SDK keeps one.
# Versions: openstacksdk 4.22.0, keystoneauth1 5.18.1.
# Guess: a boolean stays a boolean, whichever attribute of the image it is for.
# What happens: is_protected stays one, and is_hidden (or os_hidden) becomes text. Glance answers
# 400, because text is not a boolean. In the argument meta, both stay booleans.
# Why it matters: a program that uploads last month's image hidden fails, while the same program
# that uploads it protected works. Nothing in the call says which attributes are copied as they are.
# Output seen:
#   as arguments: protected True, os_hidden 'True'; in meta: protected True, os_hidden True

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq openstacksdk==4.22.0 keystoneauth1==5.18.1 requests-mock==1.12.1
venv/bin/python - <<'EOF'
import openstack
import requests_mock

VERSIONS = {"versions": [{"id": "v2.17", "status": "CURRENT",
                          "links": [{"rel": "self", "href": "http://images.example/v2/"}]}]}


def sent(**arguments):
    """Return what the SDK sends to create an image."""
    with requests_mock.Mocker() as http:
        http.get("http://images.example/", json=VERSIONS)
        http.get("http://images.example/v2/", json=VERSIONS)
        create = http.post("http://images.example/v2/images", json={"id": "1", "name": "old"})
        conn = openstack.connect(auth_type="none", endpoint="http://images.example",
                                 image_endpoint_override="http://images.example")
        conn.image.create_image("old", allow_duplicates=True, disk_format="raw",
                                container_format="bare", **arguments)
        body = create.last_request.json()
    return body["protected"], body["os_hidden"]


as_arguments = sent(is_protected=True, is_hidden=True)
in_meta = sent(meta={"is_protected": True, "is_hidden": True})
print(f"as arguments: protected {as_arguments[0]!r}, os_hidden {as_arguments[1]!r}; "
      f"in meta: protected {in_meta[0]!r}, os_hidden {in_meta[1]!r}")
assert as_arguments == (True, "True") and in_meta == (True, True)
EOF

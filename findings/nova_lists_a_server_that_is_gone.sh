#!/usr/bin/env bash
# conn.delete_server(wait=True) returns while conn.list_servers() still has the server.
# Versions: nova 34.0.0, openstacksdk 4.22.0.
# Guess: a server for which delete_server(wait=True) has stopped waiting is in no list any more.
# What happens: Nova saves the status DELETED, gives what the server used back to Placement, and only then takes the
# server out of its lists. The SDK stops waiting at DELETED. In between, GET answers 200, and the list has the server.
# Why it matters: on a busy cloud, "delete, then list" finds the deleted server again, with its metadata and without a
# task state. Whoever looks for leftovers, or creates what is missing, must leave out the status DELETED.
# Output seen:
#   while Nova gives back resources: wait_for_delete returns, status DELETED; list: [('my_server', 'DELETED')]
#   after that: []

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq nova==34.0.0 openstack-placement==16.0.0 openstacksdk==4.22.0 \
    oslotest wsgi-intercept requests-mock
# Nova's tests look for its settings where a clone has them.
ln -s "$PWD/venv/etc" venv/lib/python3*/site-packages/
cat > test_gone.py <<'PY'
from unittest import mock

import openstack
from keystoneauth1 import session, token_endpoint
from nova.compute import manager
from nova.tests.functional import integrated_helpers


class Gone(integrated_helpers._IntegratedTestBase):
    """Nova's own functional tests run its API and its compute service in one process, with a hypervisor of theirs."""

    microversion = "latest"

    def names(self):
        return [(server.name, server.status) for server in self.compute_api.servers()]

    def test_gone(self):
        server = self._create_server(name="my_server", networks="none")
        who = {"X-Auth-User": self.api.auth_user, "X-User-Id": self.api.auth_user,
               "X-Auth-Project-Id": self.api.project_id, "X-Roles": "reader,member"}
        auth = token_endpoint.Token(self.api.base_url, "unused")
        conn = openstack.connection.Connection(
            session=session.Session(auth, additional_headers=who), compute_endpoint_override=self.api.base_url)
        self.compute_api = conn.compute
        wanted = self.compute_api.get_server(server["id"])
        complete, seen = manager.ComputeManager._complete_deletion, []

        def look(*arguments):
            seen.append((conn.compute.wait_for_delete(wanted, wait=1).status, self.names()))
            return complete(*arguments)

        with mock.patch.object(manager.ComputeManager, "_complete_deletion", look):
            conn.compute.delete_server(wanted)
        after = self.names()
        assert seen == [("DELETED", [("my_server", "DELETED")])], seen
        assert after == [], after
        print(f"while Nova gives back resources: wait_for_delete returns, status {seen[0][0]}; list: {seen[0][1]}\n"
              f"after that: {after}")
PY
venv/bin/python -W ignore -m testtools.run test_gone > log 2>&1 || { cat log; exit 1; }
grep -A1 "^while" log

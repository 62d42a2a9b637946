"""The script that learners take home: it needs none of the helpers, and leaves nothing."""

import signal
import time

from conftest import requirements
from shared.projects import contents
from shared.web_page import HELLO, run, start

from helpers import filter_marked


def test_what_others_have_stays_as_it_is(script, conn):
    assert run(script)[0] == 0
    group = conn.create_security_group("web_page", "of a colleague")
    conn.create_server("web_page", **requirements(conn), security_groups=[group.id], auto_ip=False, wait=True)
    conn.create_keypair("web_page")
    outside = next(conn.network.networks(is_router_external=True))
    conn.network.create_ip(floating_network_id=outside.id, description="import-openstack")
    of_others = contents(conn)
    assert run(script)[0] == 0
    assert contents(conn).keys() == of_others.keys()
    assert run(script, "--delete")[0] == 0
    left = contents(conn)
    gone = sorted(kind for kind, _ in of_others.keys() - left.keys())
    assert gone == ["FloatingIP", "Keypair", "Port", "SecurityGroup", "Server"]
    assert {what: of_others[what] for what in left} == left


def test_delete_leaves_nothing_when_a_run_was_interrupted(script, conn):
    before = contents(conn)
    for kind in ("security_groups", "keypairs", "servers", "floating_ips"):
        process = start(script)
        while process.poll() is None and not filter_marked(getattr(conn, f"list_{kind}")()):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        printed, complained = process.communicate(timeout=60)
        # Whoever is late interrupts a script that has said all it has to say, and Python as it ends.
        assert printed.endswith(f"{HELLO}\n") or "Run it again to go on" in complained.splitlines()[-1], complained
        assert run(script, "--delete") == (0, ["Deleted."], [])
        assert contents(conn) == before
        assert list(script[0].parent.glob("*.pem")) == []

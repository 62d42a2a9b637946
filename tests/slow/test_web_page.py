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


def test_a_second_run_makes_nothing_and_delete_leaves_nothing(script, conn):
    before = contents(conn)
    first = run(script)
    assert (first[0], first[1][-1], first[2]) == (0, HELLO, [])
    made = contents(conn)
    kinds = sorted(kind for kind, _ in made.keys() - before.keys())
    assert kinds == ["FloatingIP", "Keypair", "Port", "SecurityGroup", "Server"]
    marked = [*filter_marked(conn.list_servers()), *filter_marked(conn.list_security_groups())]
    assert [resource.name for resource in marked] == ["web_page", "web_page"]
    (key,) = script[0].parent.glob("*.pem")
    assert key.stat().st_mode & 0o777 == 0o600
    assert run(script) == first
    assert contents(conn).keys() == made.keys()
    assert run(script, "--delete") == run(script, "--delete") == (0, ["Deleted."], [])
    assert contents(conn) == before
    assert not key.exists()

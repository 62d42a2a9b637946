"""The notebooks in a project that others use, too."""

import re

from conftest import NOTEBOOKS, ROOT, nbval, requirements
from projects import contents

NAMES = ("my_server", "watched_server", "giant_server")


def test_nothing_that_the_course_did_not_make_is_deleted_changed_or_counted(conn, environment):
    for name in NAMES:
        conn.create_server(name, **requirements(conn), auto_ip=False, wait=True)
    twin = conn.create_network("twin")
    conn.create_subnet(twin.id, cidr="10.99.0.0/24")
    conn.create_port(twin.id, name="twin")
    conn.create_floating_ip()
    conn.create_security_group("web", "of a colleague")
    conn.create_keypair("colleague")
    before = contents(conn)
    assert len(before) >= len(NAMES) + 6
    environment.pop("OS_CLIENT_CONFIG_FILE", None)
    printed = nbval("--nbval-lax", notebooks=NOTEBOOKS, cwd=ROOT, env=environment)
    assert re.search(r"\d+ passed", printed)
    assert contents(conn) == before

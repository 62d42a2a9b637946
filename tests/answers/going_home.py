"""Answers to the exercises of notebooks 14 to 16."""

import socket
from datetime import UTC, datetime, timedelta

from answers.forms import Answers

TONIGHT = "import-openstack-tonight"


def entry(conn, **changes) -> dict:
    """Make an application credential; return an entry of clouds.yaml that has it, and what the changes add."""
    name = f"import-openstack-{len(list(conn.identity.application_credentials(conn.current_user_id)))}"
    made = conn.identity.create_application_credential(conn.current_user_id, name=name)
    auth = {
        "auth_url": conn.config.auth["auth_url"],
        "application_credential_id": made.id,
        "application_credential_secret": made.secret,
    }
    return {"auth_type": "v3applicationcredential", "auth": auth | changes}


def tonight(conn, **options):
    """Make the application credential anew."""
    me = conn.current_user_id
    for old in conn.identity.application_credentials(me):
        conn.identity.delete_application_credential(me, old)
    return conn.identity.create_application_credential(me, name=TONIGHT, **options)


def within(hours: int) -> str:
    """Return a time in UTC as Keystone takes it."""
    return (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S")


def knows_names_first(host, port):
    try:
        socket.getaddrinfo(host, port)
    except socket.gaierror:
        return "name"
    try:
        with socket.create_connection((host, port), timeout=5):
            return None
    except OSError:
        return "address"


def takes_all_for_an_address(host, port):
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError:
        return "address"


def catches_only_names(host, port):
    try:
        socket.create_connection((host, port), timeout=5).close()
    except socket.gaierror:
        return "name"


ANSWERS = {
    "entry": Answers(
        given=lambda conn: (conn,),
        wrong=[
            lambda conn: None,
            lambda conn: [42],
            lambda conn: {"auth": 42},
            lambda conn: entry(conn, project_name="lab"),
            lambda conn: {"auth": entry(conn)["auth"]},
            lambda conn: entry(conn, application_credential_secret="secret"),
            lambda conn: {"auth": conn.config.auth},
        ],
        right=[entry, lambda conn: {**entry(conn), "region_name": conn.config.region_name, "interface": "public"}],
    ),
    "tonight": Answers(
        given=lambda conn: (conn,),
        wrong=[
            lambda conn: None,
            lambda conn: tonight(conn),
            lambda conn: tonight(conn, expires_at=within(48)),
        ],
        right=[lambda conn: tonight(conn, expires_at=within(1)), lambda conn: tonight(conn, expires_at=within(23)).id],
    ),
    "where it fails": Answers(
        wrong=[
            lambda: None,
            lambda: "name",
            lambda: knows_names_first("localhost", 80),
            lambda: takes_all_for_an_address,
            lambda: catches_only_names,
            lambda: lambda: None,
        ],
        right=[lambda: knows_names_first],
    ),
}

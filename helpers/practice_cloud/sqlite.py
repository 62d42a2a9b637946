"""Make SQLite serve many concurrent requests, as OpenStack expects of its database."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine


def tune() -> None:
    """Let readers go on while one writes, and let writers queue instead of failing.

    oslo.db begins transactions that SQLite can no longer turn into writing ones when another writer
    came in between ("database is locked"). BEGIN IMMEDIATE takes its turn at the start instead.
    """

    @event.listens_for(Engine, "connect")
    def set_pragmas(connection, _record):
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA busy_timeout=60000")
        connection.execute("PRAGMA synchronous=NORMAL")

    @event.listens_for(Engine, "before_cursor_execute", retval=True)
    def begin_immediately(_conn, _cursor, statement, parameters, _context, _executemany):
        return "BEGIN IMMEDIATE" if statement == "BEGIN" else statement, parameters


def copy(source: Path, target: Path) -> None:
    """Copy a whole database in one transaction, even while services have either of them open."""
    with closing(sqlite3.connect(source, timeout=60)) as origin, closing(sqlite3.connect(target, timeout=60)) as copied:
        origin.backup(copied)
    target.chmod(0o600)


def set_endpoints(keystone_db: Path, urls: dict[str, str]) -> None:
    """Tell Keystone's catalog where the APIs are now, by service type: ports can change between two starts."""
    query = "UPDATE endpoint SET url = ? WHERE service_id IN (SELECT id FROM service WHERE type = ?)"
    with closing(sqlite3.connect(keystone_db, timeout=60)) as database, database:
        database.executemany(query, [(url, service_type) for service_type, url in urls.items()])

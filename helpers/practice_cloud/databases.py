"""The services' databases: SQLite files, tuned for many clients, copied aside when new, and put back at a reset."""

import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.dialects import plugins
from sqlalchemy.engine import CreateEnginePlugin, Engine
from sqlalchemy.pool import QueuePool

from .home import SERVICES, Home


class Pooled(CreateEnginePlugin):
    """Keeps connections open. oslo.db would open SQLite's files anew, and sync them to the disk, for every query."""

    def __init__(self, url, kwargs):
        kwargs |= {"poolclass": QueuePool, "max_overflow": -1}

    def update_url(self, url):
        """Take the plugin's name away before the driver sees it."""
        return url.difference_update_query(["plugin"])


def tune() -> None:
    """Let readers go on while one writes, and let writers queue instead of failing.

    oslo.db begins transactions that SQLite can no longer turn into writing ones when another writer came in
    between ("database is locked"). BEGIN IMMEDIATE takes its turn at the start instead. Only a transaction inside
    another one of the same thread must not: it would wait for itself.
    """
    begun = threading.local()
    plugins.register("pooled", __name__, "Pooled")

    @event.listens_for(Engine, "connect")
    def set_pragmas(connection, _record):
        for pragma in ("journal_mode=WAL", "busy_timeout=60000", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(Engine, "before_cursor_execute", retval=True)
    def begin_immediately(conn, _cursor, statement, parameters, _context, _executemany):
        if statement == "BEGIN":
            outer = begun.__dict__.get(conn.engine.url)
            if not (outer and outer.is_valid and outer.dbapi_connection.in_transaction):
                begun.__dict__[conn.engine.url] = conn.connection
                statement = "BEGIN IMMEDIATE"
        return statement, parameters


def set_endpoints(home: Home, urls: dict[str, str]) -> None:
    """Tell Keystone's catalog where the APIs are now: ports can change between two starts."""
    query = "UPDATE endpoint SET url = ? WHERE service_id IN (SELECT id FROM service WHERE type = ?)"
    with closing(sqlite3.connect(home.state / "keystone.db", timeout=60)) as database, database:
        database.executemany(query, [(url, SERVICES[name]["type"]) for name, url in urls.items()])


def copy(source: Path, target: Path) -> None:
    """Make the databases and images in one folder those of another, even while services use them."""
    target.mkdir(mode=0o700, exist_ok=True)
    for path in source.glob("*.db"):
        copied = target / path.name
        copied.touch(mode=0o600)
        with closing(sqlite3.connect(path, timeout=60)) as old, closing(sqlite3.connect(copied, timeout=60)) as new:
            old.backup(new)
    shutil.rmtree(target / "images", ignore_errors=True)
    shutil.copytree(source / "images", target / "images")

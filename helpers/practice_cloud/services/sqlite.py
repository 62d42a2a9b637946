"""The services' databases: SQLite files, tuned for many clients and made to behave like MySQL's."""

import sqlite3
import threading
from typing import Any

from sqlalchemy import DateTime, event
from sqlalchemy.dialects import plugins, sqlite
from sqlalchemy.engine import URL, Connection, CreateEnginePlugin, Engine
from sqlalchemy.pool import QueuePool

_PRAGMAS = ("journal_mode=WAL", "busy_timeout=60000", "synchronous=NORMAL")


class Pooled(CreateEnginePlugin):
    """Keeps connections open. oslo.db would open SQLite's files anew, and sync them to the disk, for every query."""

    def __init__(self, url: URL, kwargs: dict[str, Any]) -> None:
        # SQLAlchemy passes the dictionary of create_engine()'s arguments for plugins to change.
        kwargs.update(poolclass=QueuePool, max_overflow=-1)

    def update_url(self, url: URL) -> URL:
        """Take the plugin's name away before the driver sees it."""
        return url.difference_update_query(["plugin"])


class _Seconds(sqlite.DATETIME):
    """Stores times without fractions of a second, as MySQL does: clients send back the seconds that they were shown."""

    def __init__(self, **options: Any) -> None:
        super().__init__(truncate_microseconds=True)


class _OpenTransactions(threading.local):
    """The connections on which a thread has open_transactions a transaction, by database."""

    def __init__(self) -> None:
        self.on = {}


def install() -> None:
    """Let readers go on while one writes, and let writers queue instead of failing.

    oslo.db begins transactions that SQLite can no longer turn into writing ones when another writer came in
    between ("database is locked"). BEGIN IMMEDIATE takes its turn at the start instead. Only a transaction inside
    another one of the same thread must not: it would wait for itself.
    """
    open_transactions = _OpenTransactions()
    plugins.register("pooled", __name__, "Pooled")
    sqlite.dialect.colspecs = {**sqlite.dialect.colspecs, DateTime: _Seconds}

    @event.listens_for(Engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, _record: Any) -> None:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(Engine, "before_cursor_execute", retval=True)
    def begin_immediately(
        conn: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, _executemany: bool
    ) -> tuple[str, Any]:
        if statement == "BEGIN":
            outer = open_transactions.on.get(conn.engine.url)
            if not (outer and outer.is_valid and outer.dbapi_connection.in_transaction):
                open_transactions.on[conn.engine.url] = conn.connection
                statement = "BEGIN IMMEDIATE"
        return statement, parameters


def enforce_foreign_keys() -> None:
    """Let SQLite do at a deletion what the schema says. Only for a finished schema: migrations drop and copy tables."""

    @event.listens_for(Engine, "connect")
    def set_pragma(connection: sqlite3.Connection, _record: Any) -> None:
        connection.execute("PRAGMA foreign_keys=ON")

"""SQLite for the services' databases: tuned for many clients, and made to behave like MySQL."""

import sqlite3
import threading
from typing import Any

from oslo_db.sqlalchemy import engines
from sqlalchemy import DateTime, event
from sqlalchemy.dialects import plugins, sqlite
from sqlalchemy.engine import URL, Connection, CreateEnginePlugin, Engine
from sqlalchemy.pool import QueuePool

_PRAGMAS = ("journal_mode=WAL", "busy_timeout=60000", "synchronous=NORMAL")


class Pooled(CreateEnginePlugin):
    """Keeps connections open: oslo.db would reopen SQLite's files and sync them to disk for every query."""

    def __init__(self, url: URL, kwargs: dict[str, Any]) -> None:
        # SQLAlchemy passes the dictionary of create_engine()'s arguments for plugins to change.
        kwargs.update(poolclass=QueuePool, max_overflow=-1)

    def update_url(self, url: URL) -> URL:
        """Remove the plugin's name before the driver sees it."""
        return url.difference_update_query(["plugin"])


class _Seconds(sqlite.DATETIME):
    """Stores times without fractions of a second, as MySQL does: clients send back times in whole seconds."""

    def __init__(self, **options: Any) -> None:
        super().__init__(truncate_microseconds=True)


class _OpenTransactions(threading.local):
    """The connections on which a thread has begun a transaction, by the URL of the database."""

    def __init__(self) -> None:
        self.by_url = {}


def install() -> None:
    """Let readers continue while a connection writes, and let writers queue instead of failing.

    oslo.db begins transactions as reading ones, which SQLite cannot turn into writing ones after another writer came
    in between ("database is locked"). BEGIN IMMEDIATE queues at the start instead. A transaction inside another one of
    the same thread must not, because it would wait for itself.
    """
    open_transactions = _OpenTransactions()
    plugins.register("pooled", __name__, "Pooled")
    sqlite.dialect.colspecs = {**sqlite.dialect.colspecs, DateTime: _Seconds}
    # After each query, oslo.db gives way to eventlet's other threads, which nobody has here.
    engines._thread_yield = lambda *_: None

    @event.listens_for(Engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, _record: Any) -> None:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(Engine, "before_cursor_execute", retval=True)
    def begin_immediately(
        conn: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, _executemany: bool
    ) -> tuple[str, Any]:
        if statement == "BEGIN":
            outer = open_transactions.by_url.get(conn.engine.url)
            if not (outer and outer.is_valid and outer.dbapi_connection.in_transaction):
                open_transactions.by_url[conn.engine.url] = conn.connection
                statement = "BEGIN IMMEDIATE"
        return statement, parameters


def enforce_foreign_keys() -> None:
    """Enforce foreign keys, with their cascades. Call it for a finished schema: migrations drop and copy tables."""

    @event.listens_for(Engine, "connect")
    def set_pragma(connection: sqlite3.Connection, _record: Any) -> None:
        connection.execute("PRAGMA foreign_keys=ON")

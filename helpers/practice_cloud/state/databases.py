"""The services' databases: SQLite files, tuned for many clients and made to behave like MySQL's."""

import threading

from sqlalchemy import DateTime, event
from sqlalchemy.dialects import plugins, sqlite
from sqlalchemy.engine import CreateEnginePlugin, Engine
from sqlalchemy.pool import QueuePool

_PRAGMAS = ("journal_mode=WAL", "busy_timeout=60000", "synchronous=NORMAL")


class Pooled(CreateEnginePlugin):
    """Keeps connections open. oslo.db would open SQLite's files anew, and sync them to the disk, for every query."""

    def __init__(self, url, kwargs):
        # SQLAlchemy passes the dictionary of create_engine()'s arguments for plugins to change.
        kwargs.update(poolclass=QueuePool, max_overflow=-1)

    def update_url(self, url):
        """Take the plugin's name away before the driver sees it."""
        return url.difference_update_query(["plugin"])


class _Seconds(sqlite.DATETIME):
    """Stores times without fractions of a second, as MySQL does: clients send back the seconds that they were shown."""

    def __init__(self, **options):
        super().__init__(truncate_microseconds=True)


class _Begun(threading.local):
    """The connections on which a thread has begun a transaction, by database."""

    def __init__(self):
        self.on = {}


def tune() -> None:
    """Let readers go on while one writes, and let writers queue instead of failing.

    oslo.db begins transactions that SQLite can no longer turn into writing ones when another writer came in
    between ("database is locked"). BEGIN IMMEDIATE takes its turn at the start instead. Only a transaction inside
    another one of the same thread must not: it would wait for itself.
    """
    begun = _Begun()
    plugins.register("pooled", __name__, "Pooled")
    sqlite.dialect.colspecs = {**sqlite.dialect.colspecs, DateTime: _Seconds}

    @event.listens_for(Engine, "connect")
    def set_pragmas(connection, _record):
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(Engine, "before_cursor_execute", retval=True)
    def begin_immediately(conn, _cursor, statement, parameters, _context, _executemany):
        if statement == "BEGIN":
            outer = begun.on.get(conn.engine.url)
            if not (outer and outer.is_valid and outer.dbapi_connection.in_transaction):
                begun.on[conn.engine.url] = conn.connection
                statement = "BEGIN IMMEDIATE"
        return statement, parameters


def enforce_foreign_keys() -> None:
    """Let SQLite do at a deletion what the schema says. Only for a finished schema: migrations drop and copy tables."""

    @event.listens_for(Engine, "connect")
    def set_pragma(connection, _record):
        connection.execute("PRAGMA foreign_keys=ON")

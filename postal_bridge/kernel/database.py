"""Engines for the two databases (design section 8)."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url

BUSY_TIMEOUT_MS = 5_000
LOCK_TIMEOUT_MS = 4_000
STATEMENT_TIMEOUT_MS = 15_000


def make_engine(url: str, *, pool_size: int = 10) -> Engine:
    """An engine whose connections keep foreign keys, full syncs and time-outs."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed,
            hide_parameters=True,
            connect_args={"timeout": BUSY_TIMEOUT_MS / 1000},
            pool_size=pool_size,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "checkin", _end_left_open_sqlite)
        event.listen(engine, "invalidate", _end_left_open_sqlite)
        return engine
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    options = f"-c lock_timeout={LOCK_TIMEOUT_MS} -c statement_timeout={STATEMENT_TIMEOUT_MS}"
    return create_engine(
        parsed,
        hide_parameters=True,  # an error's text goes to the log, and values may be personal
        pool_size=pool_size,
        max_overflow=5,
        pool_pre_ping=True,
        connect_args={"options": f"{options} -c timezone=UTC", "connect_timeout": 5},
    )


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the begin listener decides how a transaction starts
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """`query_only` belongs to the connection, so each transaction sees to it that it is right."""
    options, made = connection.get_execution_options(), connection.connection
    if options.get("alone", False):
        return
    reads = bool(options.get("reads", False))
    if made.info.get("query_only", False) is not reads:
        made.cursor().execute(f"PRAGMA query_only = {'ON' if reads else 'OFF'}")
        made.info["query_only"] = reads
    # Not through SQLAlchemy: that would cost as much as the look-up that follows.
    made.cursor().execute("BEGIN IMMEDIATE" if options.get("writes", False) else "BEGIN")


def reading(engine: Engine) -> Engine:
    """The same connections, but their transactions see one moment and cannot write."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(reads=True)
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def asking(engine: Engine) -> Engine:
    """The same connections without transactions: for single statements, which see one moment."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(alone=True)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _end_left_open_sqlite(connection: Any, *_: Any) -> None:
    """Undo the transaction that a COMMIT refused by a deferred key leaves open, or a fault.

    SQLAlchemy takes the first for ended and would pool the connection as it is; one that is thrown
    away would hold SQLite's lock for as long as somebody holds a result of it.
    """
    if connection is not None and connection.in_transaction:
        connection.rollback()


def sqlite_path(url: str) -> Path | None:
    """The SQLite file itself; None for other databases."""
    lock = sqlite_lock_path(url)
    return None if lock is None else Path(make_url(url).database or "")


def sqlite_lock_path(url: str) -> Path | None:
    """`write.lock` beside the SQLite file; None for other databases."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database).with_name("write.lock")

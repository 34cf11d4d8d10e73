"""A whole database out and in: SQLite by its online backup, PostgreSQL by COPY.

COPY needs no program of the server's version, and the rows fit every PostgreSQL.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

from postal_bridge.kernel.database import make_engine

if TYPE_CHECKING:
    import psycopg

SQLITE_FILE = "database.sqlite3"
ROWS_FOLDER = "rows"
_PAGES_AT_ONCE = 2000
_CHUNK = 1 << 16


def is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def save(url: str, folder: Path) -> Mapping[str, list[str]]:
    """`folder` holds one consistent moment of the database; columns by table on PostgreSQL."""
    if is_sqlite(url):
        _copy_sqlite(Path(make_url(url).database or ""), folder / SQLITE_FILE)
        return {}
    (folder / ROWS_FOLDER).mkdir()
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            columns = _columns(connection)
            for table in columns:
                _copy_out(connection, table, columns[table], folder / ROWS_FOLDER / table)
    finally:
        engine.dispose()
    return columns


def load(url: str, folder: Path, columns: Mapping[str, list[str]]) -> None:
    """The rows stand in the database, whose tables must be there and empty (PostgreSQL)."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as connection:
            # The row that `migrate` wrote and the home's own come from the backup.
            for table in _in_order(connection, columns):
                _copy_in(connection, table, columns[table], folder / ROWS_FOLDER / table)
    finally:
        engine.dispose()


def _copy_sqlite(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as read,
        closing(sqlite3.connect(target)) as write,
    ):
        read.backup(write, pages=_PAGES_AT_ONCE, sleep=0.01)
        write.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it


def _columns(connection: Connection) -> dict[str, list[str]]:
    rows = connection.execute(
        text(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name <> 'alembic_version'"
            " AND is_generated = 'NEVER' ORDER BY table_name, ordinal_position"
        )
    )
    columns: dict[str, list[str]] = {}
    for table, column in rows:
        columns.setdefault(table, []).append(column)
    return columns


def _in_order(connection: Connection, columns: Mapping[str, list[str]]) -> list[str]:
    """Tables with what they point to first; deferred keys are checked at the commit."""
    rows = connection.execute(
        text(
            "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint"
            " WHERE contype = 'f' AND NOT condeferrable AND conrelid <> confrelid"
        )
    )
    needs: dict[str, set[str]] = {table: set() for table in columns}
    for table, target in rows:
        needs.setdefault(table, set()).add(target)
    ordered: list[str] = []
    while needs:
        ready = sorted(table for table, wanted in needs.items() if not wanted - set(ordered))
        if not ready:
            raise RuntimeError(f"foreign keys go round in a circle: {sorted(needs)}")
        ordered += ready
        for table in ready:
            del needs[table]
    return ordered


def _copy_out(connection: Connection, table: str, columns: list[str], to: Path) -> None:
    order = f"COPY {_named(table, columns)} TO STDOUT".encode()
    with _cursor(connection) as cursor, to.open("wb") as file, cursor.copy(order) as copy:
        for chunk in copy:
            file.write(chunk)


def _copy_in(connection: Connection, table: str, columns: list[str], source: Path) -> None:
    order = f"COPY {_named(table, columns)} FROM STDIN".encode()
    with _cursor(connection) as cursor, source.open("rb") as file, cursor.copy(order) as copy:
        while chunk := file.read(_CHUNK):
            copy.write(chunk)


def _named(table: str, columns: list[str]) -> str:
    """Names come from the database's own catalogue and are quoted all the same."""
    quoted = ['"' + name.replace('"', '""') + '"' for name in (table, *columns)]
    return f"{quoted[0]} ({', '.join(quoted[1:])})"


def _cursor(connection: Connection) -> "psycopg.Cursor[Any]":
    raw: Any = connection.connection.cursor()
    cursor: psycopg.Cursor[Any] = raw
    return cursor

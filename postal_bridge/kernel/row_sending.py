"""Rows sent as the driver takes them: the statement of a class and its processors stand ready.

Rows go through here alone, and like the statements that stand ready (`ready_statements`): events,
errors and the types of columns are the same as with any other statement.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, insert, inspect

from postal_bridge.kernel.ready_statements import before, kind_of, send_all, usual_error
from postal_bridge.kernel.tables import Base, table_of

_READY_AT_MOST = 1_024
"""Classes times databases; a process of the service knows one database."""


@dataclass(frozen=True, slots=True, eq=False)
class RowShape:
    """What a row of a class consists of."""

    names: tuple[str, ...]
    makes: Mapping[str, Callable[[], Any]]

    def fill(self, values: dict[str, Any]) -> None:
        """What nobody set is what its default makes, else nothing."""
        for name in self.names:
            if name not in values:
                values[name] = self.makes[name]() if name in self.makes else None


@dataclass(frozen=True, slots=True, eq=False)
class _Ready:
    """An INSERT for one kind of database, and what makes the driver's value of each column's."""

    text: str
    columns: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    is_positional: bool

    def bound(self, row: Mapping[str, Any]) -> Any:
        values = [row[name] if make is None else make(row[name]) for name, make in self.columns]
        if self.is_positional:
            return tuple(values)
        return {name: value for (name, _), value in zip(self.columns, values, strict=True)}


def send_rows(
    connection: Connection, entity: type[Base], rows: Sequence[Mapping[str, Any]]
) -> None:
    """The rows are in the transaction. Each names every column."""
    ready = _ready(entity, kind_of(connection))
    bound = [ready.bound(row) for row in rows]
    send_all(connection, ready.text, bound)


@contextmanager
def sent_together(connection: Connection) -> Iterator[None]:
    """On PostgreSQL what is sent inside goes in one round trip. Nobody may look at its outcome.

    A refusal may come at the end only. Raises what SQLAlchemy would.
    """
    if connection.dialect.name == "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    try:
        with driver.pipeline():
            yield
    except connection.dialect.loaded_dbapi.Error as exc:
        raise usual_error(connection, exc) from exc


@cache
def shape_of(entity: type[Base]) -> RowShape:
    mapper, table = inspect(entity), table_of(entity)
    makes = {
        column.name: _maker(column.default) for column in table.c if column.default is not None
    }
    if mapper.version_id_col is not None:
        makes[mapper.version_id_col.name] = lambda: 1
    return RowShape(tuple(table.c.keys()), makes)


def _maker(default: Any) -> Callable[[], Any]:
    if default.is_scalar:
        return lambda: default.arg
    return lambda: default.arg(None)


@lru_cache(_READY_AT_MOST)
def _ready(entity: type[Base], dialect: Dialect) -> _Ready:
    table = table_of(entity)
    made: Any = insert(table).compile(
        dialect=dialect, column_keys=list(table.c.keys()), for_executemany=True
    )
    columns = tuple(
        (name, before(table.c[name].type, dialect)) for name in made.positiontup or table.c.keys()
    )
    return _Ready(str(made), columns, dialect.positional)

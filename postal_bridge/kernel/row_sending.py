"""Rows sent as the driver takes them: the statement of a class and its processors stand ready.

Asked to insert, SQLAlchemy looks its statement up and checks every value anew, which costs three
times what the driver itself takes. Rows go through here alone, so events, errors and the types of
columns are the same as with any other statement.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, insert, inspect
from sqlalchemy.exc import DBAPIError

from postal_bridge.kernel.tables import Base, UtcDateTime, table_of

_READY_AT_MOST = 1_024
"""Classes times databases; a process of the service knows one database."""
_TIMES_KNOWN = 1_024


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
    ready = _ready(entity, connection.dialect)
    bound = [ready.bound(row) for row in rows]
    connection.exec_driver_sql(ready.text, bound if len(bound) > 1 else bound[0])


@contextmanager
def sent_together(connection: Connection) -> Iterator[None]:
    """On PostgreSQL what is sent inside goes in one round trip. Nobody may look at its outcome.

    A refusal may come at the end only. Raises what SQLAlchemy would.
    """
    if connection.dialect.name == "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    base: type[Exception] = connection.dialect.loaded_dbapi.Error
    try:
        with driver.pipeline():
            yield
    except base as exc:
        raise DBAPIError.instance(
            None, None, exc, base, hide_parameters=True, dialect=connection.dialect
        ) from exc


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
        (name, _processor(table.c[name], dialect)) for name in made.positiontup or table.c.keys()
    )
    return _Ready(str(made), columns, dialect.positional)


def _processor(column: ColumnElement[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes the driver's value of a column's."""
    if isinstance(column.type, UtcDateTime):
        return _times(dialect)
    return column.type.dialect_impl(dialect).bind_processor(dialect)


@lru_cache(_READY_AT_MOST)
def _times(dialect: Dialect) -> Callable[[Any], Any] | None:
    """The same for every time, and made once of each: a unit has few, and says them often."""
    made = UtcDateTime().dialect_impl(dialect).bind_processor(dialect)
    return None if made is None else lru_cache(_TIMES_KNOWN)(made)

"""Statements that stand ready for the driver: those that every request sends.

Asked to send a statement, SQLAlchemy looks it up, checks its values and wraps its outcome anew,
which costs several times what the driver itself takes. Here that is done once for each kind of
database. Whoever listens to the engine hears of each statement all the same, a refusal is the
error that SQLAlchemy would raise, and columns have their types.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeEngine

from postal_bridge.kernel.tables import UtcDateTime

Process = Callable[[Any], Any] | None
_KNOWN = 1_024
"""Statements times databases; a process of the service knows one database."""
_TIMES_KNOWN = 1_024
_KINDS: dict[type[Dialect], Dialect] = {}


class ReadyStatement:
    """A statement with named parameters, none of which is a list."""

    def __init__(self, statement: Select[*tuple[Any, ...]] | UpdateBase) -> None:
        self.statement = statement

    def rows(self, connection: Connection, given: Mapping[str, Any]) -> list[Any]:
        """What it gives: rows with names, as the columns are called."""
        form = _form(self, kind_of(connection))
        values = form.bound(given)
        cursor = _told(connection, form.text, values, is_many=False)
        _heard(connection, cursor.execute, form.text, values)
        found = _heard(connection, cursor.fetchall)
        cursor.close()
        return [form.row(one) for one in found]

    def row(self, connection: Connection, given: Mapping[str, Any]) -> Any:
        """The one row it gives, or None."""
        found = self.rows(connection, given)
        if len(found) > 1:
            raise ValueError("one row was asked for")
        return found[0] if found else None

    def do(self, connection: Connection, *given: Mapping[str, Any]) -> None:
        """It is done, once for each."""
        form = _form(self, kind_of(connection))
        send_all(connection, form.text, [form.bound(one) for one in given])


@dataclass(frozen=True, slots=True, eq=False)
class _Form:
    """A statement for one kind of database.

    Attributes
    ----------
    binds : name, what makes the driver's value, and the value where none is given
    makes : what makes the value of each column that needs it
    """

    text: str
    binds: tuple[tuple[str, Process, Any], ...]
    is_positional: bool
    named: Callable[[Any], Any]
    makes: tuple[tuple[int, Callable[[Any], Any]], ...]

    def bound(self, given: Mapping[str, Any]) -> Any:
        values = [
            given.get(name, usual) if make is None else make(given.get(name, usual))
            for name, make, usual in self.binds
        ]
        if self.is_positional:
            return tuple(values)
        return {name: value for (name, _, _), value in zip(self.binds, values, strict=True)}

    def row(self, got: Sequence[Any]) -> Any:
        if self.makes:
            values = list(got)
            for place, make in self.makes:
                values[place] = make(values[place])
            got = values
        return self.named(got)


def kind_of(connection: Connection) -> Dialect:
    """One dialect for all engines of a kind of database, so that nothing is made anew for each."""
    return _KINDS.setdefault(type(connection.dialect), connection.dialect)


def send_all(connection: Connection, statement: str, given: Sequence[Any]) -> None:
    """The statement was sent once for each of these values."""
    is_many = len(given) > 1
    values = given if is_many else given[0]
    cursor = _told(connection, statement, values, is_many=is_many)
    _heard(connection, cursor.executemany if is_many else cursor.execute, statement, values)
    cursor.close()


def usual_error(connection: Connection, refusal: Exception) -> Exception:
    """A refusal of the driver's as SQLAlchemy would raise it, without values."""
    return DBAPIError.instance(
        None,
        None,
        refusal,
        connection.dialect.loaded_dbapi.Error,
        hide_parameters=True,
        dialect=connection.dialect,
    )


def _heard(connection: Connection, act: Callable[..., Any], *given: Any) -> Any:
    """What the driver answers."""
    try:
        return act(*given)
    except connection.dialect.loaded_dbapi.Error as exc:
        raise usual_error(connection, exc) from exc


def _told(connection: Connection, statement: str, given: Any, *, is_many: bool) -> Any:
    """A cursor in an open transaction, of which the engine's listeners have heard."""
    if not connection.in_transaction():
        connection.begin()
    cursor = connection.connection.cursor()
    listeners: Any = connection.dispatch
    listeners.before_cursor_execute(connection, cursor, statement, given, None, is_many)
    return cursor


@lru_cache(_KNOWN)
def _form(ready: ReadyStatement, dialect: Dialect) -> _Form:
    made: Any = ready.statement.compile(dialect=dialect)
    kinds = {name: bind.type for bind, name in made.bind_names.items()}
    columns = list(ready.statement.exported_columns)
    makes = [(place, _after(one.type, dialect)) for place, one in enumerate(columns)]
    make: Any = namedtuple  # its names are known when it runs, not when types are checked
    row = make("Row", [str(one.name) for one in columns])
    return _Form(
        text=str(made),
        binds=tuple(
            (name, before(kinds[name], dialect), made.params[name])
            for name in made.positiontup or kinds
        ),
        is_positional=dialect.positional,
        named=row._make,
        makes=tuple((place, make) for place, make in makes if make is not None),
    )


def before(kind: TypeEngine[Any], dialect: Dialect) -> Process:
    """What makes the driver's value of a column's or a parameter's."""
    if isinstance(kind, UtcDateTime):
        return _times(dialect)
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _after(kind: TypeEngine[Any], dialect: Dialect) -> Process:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


@lru_cache(_KNOWN)
def _times(dialect: Dialect) -> Process:
    """The same for every time, and made once of each: a unit has few, and says them often."""
    made = UtcDateTime().dialect_impl(dialect).bind_processor(dialect)
    return None if made is None else lru_cache(_TIMES_KNOWN)(made)

"""Inserts that step back when the row is there already, and undo nothing for it."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Executable, inspect, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, make_transient_to_detached

from postal_bridge.kernel.held import note_made
from postal_bridge.kernel.tables import Base, table_of


def insert_unless_there(session: Session, entity: type[Base], values: Mapping[str, Any]) -> bool:
    """The row stands; False when one with the same unique key was there before.

    A twin whose transaction is open is waited for, and takes the row with it if it is undone.
    """
    note_made(session, entity)
    connection = session.connection()
    made = _unless_there(entity, connection.dialect.name)
    return connection.execute(made, dict(values)).first() is not None


def add_unless_there(session: Session, row: Base) -> bool:
    """The row stands and is the session's own; False leaves it outside, as it was.

    Only a unique key steps back: a row that breaks another rule is an error.
    """
    mapper = inspect(type(row))
    values = {name: value for name, value in vars(row).items() if name in mapper.column_attrs}
    version = mapper.version_id_col
    first = {} if version is None else {str(version.key): 1}
    if not insert_unless_there(session, type(row), {**values, **first}):
        return False
    for name, value in first.items():
        setattr(row, name, value)
    make_transient_to_detached(row)
    session.add(row)
    return True


@cache
def _unless_there(entity: type[Base], dialect: str) -> Executable:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(table_of(entity)).on_conflict_do_nothing().returning(true())

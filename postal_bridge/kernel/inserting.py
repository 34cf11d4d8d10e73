"""One insert that steps back when the row is there already."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from postal_bridge.kernel.tables import Base


def insert_unless_there(session: Session, entity: type[Base], values: Mapping[str, Any]) -> bool:
    """The row stands; False when one with the same unique key was there before.

    A twin whose transaction is open is waited for, and takes the row with it if it is undone.
    """
    connection = session.connection()
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    made = insert(entity).values(**values).on_conflict_do_nothing().returning(true())
    return connection.execute(made).first() is not None

"""Rows that an open unit of work has made or locked.

Nobody else can change them before it ends, so they are not asked for again.
"""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

T = TypeVar("T")
Rows = Mapping[tuple[type[Any], UUID], Any]
_HELD = "held_rows"


def hold(session: Session, row: Any) -> None:
    """The row was added or read FOR UPDATE here: it is ours until the unit ends."""
    session.info.setdefault(_HELD, {})[type(row), row.id] = row


def held(session: Session, entity: type[T], row_id: UUID) -> T | None:
    """The row if it is ours already."""
    row: T | None = session.info.get(_HELD, {}).get((entity, row_id))
    return row


def held_of(session: Session, entity: type[T]) -> list[T]:
    """All rows of a table that are ours already."""
    return [row for (kind, _), row in session.info.get(_HELD, {}).items() if kind is entity]


def held_rows(session: Session) -> Rows:
    """What is held now."""
    return dict(session.info.get(_HELD, {}))


def hold_only(session: Session, rows: Rows) -> None:
    """Whatever else was held is not any more: its savepoint was undone, or the unit is over."""
    session.info[_HELD] = dict(rows)

"""Rows that an open unit of work has made or locked.

Nobody else can change them before it ends, so they are not asked for again. What it has made
is known to nobody else, so nothing that refers to it has to be looked for either.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

T = TypeVar("T")
_HELD, _MADE = "held", "made"


@dataclass(frozen=True, slots=True)
class Held:
    """`new_ids`: of the rows that the unit itself has made, as text."""

    rows: Mapping[tuple[type[Any], UUID | str], Any] = field(default_factory=dict)
    new_ids: frozenset[str] = frozenset()


def hold(session: Session, row: Any) -> None:
    """The row was read FOR UPDATE here, or made under a key: it is ours until the unit ends."""
    now = held_now(session)
    session.info[_HELD] = Held({**now.rows, (type(row), row.id): row}, now.new_ids)


def hold_new(session: Session, row: Any) -> None:
    """The row was made here under a fresh id: it is ours, and nothing can refer to it yet."""
    hold(session, row)
    now = held_now(session)
    session.info[_HELD] = Held(now.rows, now.new_ids | {str(row.id)})


def held(session: Session, entity: type[T], row_id: UUID | str) -> T | None:
    """The row if it is ours already."""
    row: T | None = held_now(session).rows.get((entity, row_id))
    return row


def held_of(session: Session, entity: type[T]) -> list[T]:
    """All rows of a table that are ours already."""
    return [row for (kind, _), row in held_now(session).rows.items() if kind is entity]


def is_new(session: Session, thing_id: UUID | str) -> bool:
    """This unit has made it: what refers to it was written by this unit too."""
    return str(thing_id) in held_now(session).new_ids


def note_made(session: Session, entity: type[Any]) -> None:
    """The unit has made a row of this table."""
    session.info.setdefault(_MADE, set()).add(entity)


def has_none(session: Session, entity: type[Any], thing_id: UUID) -> bool:
    """No row of this table can be about the thing: the unit has made it, and no such row."""
    return is_new(session, thing_id) and entity not in session.info.get(_MADE, ())


def held_now(session: Session) -> Held:
    """What is held now."""
    now: Held = session.info.get(_HELD, _NOTHING)
    return now


def hold_only(session: Session, before: Held | None = None) -> None:
    """Whatever else was held is not any more: its savepoint was undone, or the unit is over."""
    session.info[_HELD] = before or _NOTHING


_NOTHING = Held()

"""Queries of ended fares. Never commits."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from postal_bridge.kernel.held import has_none
from postal_bridge.kernel.inserting import insert_unless_there
from postal_bridge.kernel.marks import DOSSIER_ID, count_of
from postal_bridge.money.fare_end_tables import FareEndRow

FARE_ENDS_MARK = count_of(FareEndRow.quote_id, where=FareEndRow.dossier_id == DOSSIER_ID)
STANDS_AGAIN = "restored"


def last_end(session: Session, quote_id: UUID) -> FareEndRow | None:
    """How the fare ended, None where nobody has ever called it off."""
    if has_none(session, FareEndRow, quote_id):
        return None
    wanted = select(FareEndRow).where(FareEndRow.quote_id == quote_id)
    return session.scalars(wanted.order_by(FareEndRow.no.desc()).limit(1)).one_or_none()


def is_called_off(session: Session, quote_id: UUID) -> bool:
    """Nobody owes this fare any more."""
    last = last_end(session, quote_id)
    return last is not None and last.kind != STANDS_AGAIN


def last_ends_of_dossier(session: Session, dossier_id: UUID) -> Sequence[FareEndRow]:
    """The last fact of each of the dossier's fares, in order of time."""
    wanted = select(FareEndRow).where(FareEndRow.dossier_id == dossier_id)
    rows = session.scalars(wanted.order_by(FareEndRow.no)).all()
    return sorted({row.quote_id: row for row in rows}.values(), key=lambda row: row.at)


def add_end(session: Session, values: dict[str, Any]) -> bool:
    """False when a twin wrote the same step first."""
    return insert_unless_there(session, FareEndRow, values)

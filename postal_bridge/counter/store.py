"""Queries over the counter's drafts. Never commits."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from postal_bridge.counter.tables import DraftRow
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.errors import NotFound


class DraftStore:
    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, draft_id: UUID, *, scope: Scope) -> DraftRow:
        """Raises NotFound outside the scope."""
        row = self._session.get(DraftRow, draft_id)
        if row is None or not (scope.everything or row.unit_id in scope.units):
            raise NotFound
        return row

    def waiting(self, point_id: UUID, *, scope: Scope) -> Sequence[DraftRow]:
        """Open and parked drafts of a point, oldest number first."""
        rows = self._session.scalars(
            select(DraftRow)
            .where(DraftRow.point_id == point_id, DraftRow.state.in_(("open", "parked")))
            .order_by(DraftRow.day, DraftRow.number)
        ).all()
        return [row for row in rows if scope.everything or row.unit_id in scope.units]

    def next_number(self, point_id: UUID, day: date) -> int:
        last = self._session.scalar(
            select(func.max(DraftRow.number)).where(
                DraftRow.point_id == point_id, DraftRow.day == day
            )
        )
        return (last or 0) + 1

    def add(self, row: DraftRow) -> None:
        self._session.add(row)
        self._session.flush()

"""Which set of service areas is in force. Never commits."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from postal_bridge.directory.tables import ServiceAreaSetRow


class AreaStore:
    def __init__(self, session: Session) -> None:
        self._session = session

    def snapshot_in_force(self, on: date) -> str | None:
        """Of the sets that began by this day the one of the latest day; of those, the last."""
        row = ServiceAreaSetRow
        return self._session.scalar(
            select(row.snapshot_id)
            .where(row.valid_from <= on)
            .order_by(row.valid_from.desc(), row.number.desc())
            .limit(1)
        )

    def add(self, snapshot_id: str, valid_from: date, *, at: datetime, actor: str) -> None:
        last = self._session.scalar(select(func.max(ServiceAreaSetRow.number)))
        self._session.add(
            ServiceAreaSetRow(
                number=1 + (last or 0),
                snapshot_id=snapshot_id,
                valid_from=valid_from,
                published_at=at,
                actor=actor,
            )
        )
        self._session.flush()

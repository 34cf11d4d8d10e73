"""Which set of service areas is in force. Never commits."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from postal_bridge.directory.tables import ServiceAreaSetRow


class AreaStore:
    def __init__(self, session: Session) -> None:
        self._session = session

    def in_force(self, on: date) -> ServiceAreaSetRow | None:
        """Of the sets that began by this day the one of the latest day; of those, the last."""
        row = ServiceAreaSetRow
        return self._session.scalar(
            select(row)
            .where(row.valid_from <= on)
            .order_by(row.valid_from.desc(), row.number.desc())
            .limit(1)
        )

    def sets(self) -> list[tuple[int, str]]:
        """Number and snapshot of every set, in their order."""
        row = ServiceAreaSetRow
        found = self._session.execute(select(row.number, row.snapshot_id).order_by(row.number))
        return [(number, snapshot_id) for number, snapshot_id in found]

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

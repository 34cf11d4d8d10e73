"""Queries and locks of the fare budgets. Never commits."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from postal_bridge.kernel.inserting import insert_unless_there
from postal_bridge.money.budget_tables import FareBudget, FareBudgetBooking, FareBudgetGrant


class BudgetStore:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: FareBudgetGrant | FareBudgetBooking) -> None:
        self._session.add(row)

    def budget(self, programme: str, month: date, *, lock: bool) -> FareBudget | None:
        """The month's row; with `lock`, nobody else books on it before this unit ends."""
        wanted = select(FareBudget).where(
            FareBudget.programme == programme, FareBudget.month == month
        )
        if lock:
            wanted = wanted.with_for_update().execution_options(populate_existing=True)
        return self._session.scalar(wanted)

    def opened(self, programme: str, month: date) -> FareBudget:
        """The month's row, locked; made now where it was missing."""
        fresh = {"programme": programme, "month": month, "granted_vnd": 0, "booked_vnd": 0}
        if self.budget(programme, month, lock=True) is None:
            insert_unless_there(self._session, FareBudget, fresh)
        return self._session.get_one(FareBudget, (programme, month), with_for_update=True)

    def bookings(self, quote_id: UUID) -> Sequence[FareBudgetBooking]:
        wanted = select(FareBudgetBooking).where(FareBudgetBooking.quote_id == quote_id)
        return self._session.scalars(wanted.order_by(FareBudgetBooking.programme)).all()

    def budgets(self) -> Sequence[FareBudget]:
        """All of them, the newest month first."""
        order = (FareBudget.month.desc(), FareBudget.programme)
        return self._session.scalars(select(FareBudget).order_by(*order)).all()

"""Rows of the budgets that authorities grant for fares: columns and constraints only.

Insert-only (triggers): fare_budget_grants, fare_budget_bookings.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base


class FareBudget(Base):
    """What a programme may still spend in a month; the row that bookers queue for."""

    __tablename__ = "fare_budgets"
    __table_args__ = (
        CheckConstraint("booked_vnd >= 0 AND booked_vnd <= granted_vnd", name="within_grant"),
    )
    programme: Mapped[str] = mapped_column(String(80), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    granted_vnd: Mapped[int]
    booked_vnd: Mapped[int]


class FareBudgetGrant(Base):
    """An authority granted money for a programme's month, by an instrument. A fact."""

    __tablename__ = "fare_budget_grants"
    __table_args__ = (
        CheckConstraint("amount_vnd > 0", name="amount"),
        Index("ix_fare_budget_grants_programme_month", "programme", "month"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme: Mapped[str] = mapped_column(String(80))
    month: Mapped[date]
    amount_vnd: Mapped[int]
    instrument: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))


class FareBudgetBooking(Base):
    """A quote took its share out of a budget, or gave it back. A fact.

    `amount_vnd` is negative where it was given back; each happens once for a quote and programme.
    """

    __tablename__ = "fare_budget_bookings"
    __table_args__ = (
        CheckConstraint(
            "(why = 'quoted' AND amount_vnd > 0) OR"
            " (why IN ('lapsed', 'refunded') AND amount_vnd < 0)",
            name="direction",
        ),
        Index("ix_fare_budget_bookings_programme_month", "programme", "month"),
    )
    quote_id: Mapped[UUID] = mapped_column(ForeignKey("quotes.id"), primary_key=True)
    programme: Mapped[str] = mapped_column(String(80), primary_key=True)
    is_return: Mapped[bool] = mapped_column(primary_key=True)
    month: Mapped[date]
    amount_vnd: Mapped[int]
    why: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))

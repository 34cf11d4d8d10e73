"""Rows of what bearers have paid of their monthly statements: columns and constraints only."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base


class StatementPaymentRow(Base):
    """Money that came was for this statement, two people have said. A fact (triggers).

    `over_event_id`: what came too much, parked anew under this notice.
    """

    __tablename__ = "statement_payments"
    __table_args__ = (
        CheckConstraint("amount_vnd > 0", name="amount"),
        CheckConstraint("second_person <> actor", name="two_people"),
        Unique("event_id"),
        Index("ix_statement_payments_bearer_month", "bearer", "month"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    bearer: Mapped[str] = mapped_column(String(120))
    month: Mapped[date]
    amount_vnd: Mapped[int]
    event_id: Mapped[UUID] = mapped_column(ForeignKey("provider_events.id"))
    over_event_id: Mapped[UUID | None] = mapped_column(ForeignKey("provider_events.id"))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("journal_entries.id"))
    words: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    second_person: Mapped[str] = mapped_column(String(120))

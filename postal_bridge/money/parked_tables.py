"""Rows of what became of parked money: columns and constraints only. Insert-only (triggers)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base


class ParkedAnswer(Base):
    """Two people have placed or returned money that nobody could place. A fact, once an event.

    `placed_vnd`: so much of it went to the payment and the rest back; None is the whole.
    `payout_of`: it was what a gateway or card terminal had charged, paid out to our bank, and
    was booked back onto that account. `commission_vnd`: what it kept of that for itself; NULL
    where it was no pay-out, or from before that was asked.
    """

    __tablename__ = "parked_answers"
    __table_args__ = (
        CheckConstraint("answer IN ('placed', 'returned')", name="answer"),
        CheckConstraint("(answer = 'placed') = (payment_id IS NOT NULL)", name="placed_on"),
        CheckConstraint("second_person <> actor", name="two_people"),
    )
    event_id: Mapped[UUID] = mapped_column(ForeignKey("provider_events.id"), primary_key=True)
    answer: Mapped[str] = mapped_column(String(20))
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"))
    placed_vnd: Mapped[int | None]
    payout_of: Mapped[str | None] = mapped_column(String(80))
    commission_vnd: Mapped[int | None]
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("journal_entries.id"))
    words: Mapped[str] = mapped_column(String(200))
    second_person: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))

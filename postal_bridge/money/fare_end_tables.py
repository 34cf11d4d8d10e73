"""Rows of what became of fares bought for a way nobody goes. Insert-only (triggers)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base


class FareEndRow(Base):
    """A fare was called off, restored or paid back. A fact; the last of a quote is how it stands.

    `amount_vnd` is what the citizen is owed by a call-off, and what he got by a pay-back.
    """

    __tablename__ = "fare_ends"
    __table_args__ = (
        CheckConstraint("kind IN ('called_off', 'restored', 'paid_back')", name="kind"),
        CheckConstraint("amount_vnd >= 0", name="amount"),
        CheckConstraint("kind <> 'paid_back' OR amount_vnd > 0", name="paid_something"),
        Index("ix_fare_ends_dossier_id", "dossier_id"),
    )
    quote_id: Mapped[UUID] = mapped_column(ForeignKey("quotes.id"), primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))
    why: Mapped[str] = mapped_column(String(40))
    dossier_id: Mapped[UUID]
    amount_vnd: Mapped[int]
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("journal_entries.id"))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    second_person: Mapped[str | None] = mapped_column(String(120))

"""Rows of receipts and of money paid on: columns and constraints only.

Insert-only (triggers): receipts, receipt_copies, remittances, remittance_items.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base, JsonText


class ReceiptSeries(Base):
    """The next number of an office's own series; the row that issuers queue for.

    A series without an office's number ("BL26T") is one of an older release, and goes on no more.
    """

    __tablename__ = "receipt_series"
    unit_id: Mapped[UUID] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(String(20), primary_key=True)
    last_number: Mapped[int]


Index(
    "uq_receipt_series_series",
    ReceiptSeries.series,
    unique=True,
    sqlite_where=ReceiptSeries.series.contains("-"),
    postgresql_where=ReceiptSeries.series.contains("-"),
)


class ReceiptRow(Base):
    """A fee receipt or a fare receipt: numbered without gaps, never reused. A fact."""

    __tablename__ = "receipts"
    __table_args__ = (
        Unique("unit_id", "series", "number"),
        Unique("payment_id", "kind"),
        CheckConstraint("kind IN ('fee', 'fare')", name="kind"),
        CheckConstraint("number > 0 AND total_vnd > 0", name="amounts"),
        Index("ix_receipts_dossier_id", "dossier_id"),
        Index("ix_receipts_section_id_issued_on", "section_id", "issued_on"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    unit_id: Mapped[UUID]
    section_id: Mapped[UUID | None]
    series: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("journal_entries.id"))
    dossier_id: Mapped[UUID]
    lines: Mapped[Any] = mapped_column(JsonText())
    total_vnd: Mapped[int]
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]
    actor: Mapped[str] = mapped_column(String(120))


class ReceiptCopy(Base):
    """The receipt was printed once more, marked as a copy. A fact."""

    __tablename__ = "receipt_copies"
    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("receipts.id"), primary_key=True)
    copy_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))


class RemittanceRow(Base):
    """Money paid on: an agency's fees to its section, a courier's cash to the bank. A fact."""

    __tablename__ = "remittances"
    __table_args__ = (
        CheckConstraint("kind IN ('agency_fees', 'courier_cash')", name="kind"),
        CheckConstraint("amount_vnd > 0", name="amount"),
        Index("ix_remittances_section_id_on_day", "section_id", "on_day"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[UUID]
    section_id: Mapped[UUID | None]
    courier: Mapped[str | None] = mapped_column(String(80))
    on_day: Mapped[date]
    amount_vnd: Mapped[int]
    bank_reference: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("journal_entries.id"))


class RemittanceItem(Base):
    """A fee receipt is remitted once: its id is the key. A fact."""

    __tablename__ = "remittance_items"
    __table_args__ = (Index("ix_remittance_items_remittance_id", "remittance_id"),)
    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("receipts.id"), primary_key=True)
    remittance_id: Mapped[UUID] = mapped_column(ForeignKey("remittances.id"))
    amount_vnd: Mapped[int]

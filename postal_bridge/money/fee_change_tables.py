"""Rows of fees that changed after acceptance: columns and constraints only.

Insert-only (triggers): fee_refunds, remittance_refunds.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base, JsonText
from postal_bridge.money.fee_change_rules import OPEN


class FeeChangeRow(Base):
    """The agency stated a fee anew; how far paying or giving back the rest has come.

    `corrects` are the numbers of the receipts for the same fee before; they never change.
    """

    __tablename__ = "fee_changes"
    __table_args__ = (
        CheckConstraint(
            "status IN ('due', 'paid', 'owed', 'given_back', 'replaced')", name="status"
        ),
        CheckConstraint("paid_vnd >= 0 AND new_vnd >= 0 AND paid_vnd <> new_vnd", name="amounts"),
        CheckConstraint("NOT at_door OR new_vnd > paid_vnd", name="at_door"),
        Index("ix_fee_changes_dossier_id", "dossier_id"),
        Index("ix_fee_changes_unit_id_status", "unit_id", "status"),
        Index("ix_fee_changes_payment_id", "payment_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    dossier_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    section_id: Mapped[UUID]
    fee_code: Mapped[str] = mapped_column(String(40))
    fee_name: Mapped[str] = mapped_column(String(200))
    fee_kind: Mapped[str] = mapped_column(String(20))
    paid_vnd: Mapped[int]
    new_vnd: Mapped[int]
    reason: Mapped[str] = mapped_column(String(30))
    legal_ground: Mapped[str] = mapped_column(String(200))
    at_door: Mapped[bool]
    corrects: Mapped[Any] = mapped_column(JsonText())
    status: Mapped[str] = mapped_column(String(20))
    stated_by: Mapped[str] = mapped_column(String(120))
    stated_at: Mapped[datetime]
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"))
    settled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it so)


# One fee of a dossier waits for one thing at a time.
Index(
    "uq_fee_changes_dossier_id_fee_code_open",
    FeeChangeRow.dossier_id,
    FeeChangeRow.fee_code,
    unique=True,
    sqlite_where=FeeChangeRow.status.in_(OPEN),
    postgresql_where=FeeChangeRow.status.in_(OPEN),
)


class FeeRefundRow(Base):
    """A fee, or a part of it, was given back: the slip with its gapless number. A fact."""

    __tablename__ = "fee_refunds"
    __table_args__ = (
        Unique("unit_id", "series", "number"),
        Unique("change_id"),
        CheckConstraint("number > 0 AND amount_vnd > 0", name="amounts"),
        CheckConstraint(
            "way = 'cash' OR (way = 'transfer' AND bank_reference IS NOT NULL)", name="way"
        ),
        CheckConstraint("second_person <> actor", name="two_people"),
        Index("ix_fee_refunds_dossier_id", "dossier_id"),
        Index("ix_fee_refunds_section_id_issued_on", "section_id", "issued_on"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    change_id: Mapped[UUID] = mapped_column(ForeignKey("fee_changes.id"))
    dossier_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    section_id: Mapped[UUID]
    series: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    amount_vnd: Mapped[int]
    way: Mapped[str] = mapped_column(String(20))
    bank_reference: Mapped[str | None] = mapped_column(String(60))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("journal_entries.id"))
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]
    actor: Mapped[str] = mapped_column(String(120))
    second_person: Mapped[str | None] = mapped_column(String(120))


class RemittanceRefund(Base):
    """A refund is taken off one remittance: its id is the key. A fact."""

    __tablename__ = "remittance_refunds"
    __table_args__ = (Index("ix_remittance_refunds_remittance_id", "remittance_id"),)
    refund_id: Mapped[UUID] = mapped_column(ForeignKey("fee_refunds.id"), primary_key=True)
    remittance_id: Mapped[UUID] = mapped_column(ForeignKey("remittances.id"))
    amount_vnd: Mapped[int]

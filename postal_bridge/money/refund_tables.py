"""Rows of money that goes back by transfer: columns and constraints only.

Insert-only (triggers): refund_orders, refund_steps, refund_files, refund_accounts. The account a
citizen gave is sealed under the dossier's own key.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base


class RefundDebtRow(Base):
    """So much is owed back by transfer for one payment, and how far that has come."""

    __tablename__ = "refund_debts"
    __table_args__ = (
        CheckConstraint("status IN ('owed', 'ordered', 'sent', 'paid')", name="status"),
        CheckConstraint("amount_vnd > 0", name="amount"),
        Index("ix_refund_debts_dossier_id", "dossier_id"),
        Index("ix_refund_debts_status", "status"),
    )
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), primary_key=True)
    dossier_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    section_id: Mapped[UUID | None]
    amount_vnd: Mapped[int]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("journal_entries.id"))
    owed_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it so)


class RefundFileRow(Base):
    """One file of orders for the bank. A fact."""

    __tablename__ = "refund_files"
    __table_args__ = (Unique("number"), CheckConstraint("number > 0", name="number"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    orders: Mapped[int]
    total_vnd: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))


class RefundAccountRow(Base):
    """An account that the citizen has named himself; the newest counts. A fact.

    `orders_before`: how many orders there had been, so that one that failed later is told from
    one before whatever a clock said.
    """

    __tablename__ = "refund_accounts"
    __table_args__ = (
        Unique("payment_id", "no"),
        CheckConstraint("no > 0 AND orders_before >= 0", name="no"),
        Index("ix_refund_accounts_dossier_id", "dossier_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("refund_debts.payment_id"))
    no: Mapped[int]
    orders_before: Mapped[int]
    dossier_id: Mapped[UUID]
    bank_bin: Mapped[str] = mapped_column(String(6))
    account: Mapped[bytes]
    holder: Mapped[bytes]
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))


class RefundOrderRow(Base):
    """Two people have ordered the transfer to the account that the citizen gave. A fact."""

    __tablename__ = "refund_orders"
    __table_args__ = (
        Unique("reference"),
        Unique("payment_id", "no"),
        CheckConstraint("amount_vnd > 0 AND no > 0", name="amounts"),
        CheckConstraint("second_person <> actor", name="two_people"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("refund_debts.payment_id"))
    no: Mapped[int]
    reference: Mapped[str] = mapped_column(String(25))
    dossier_id: Mapped[UUID]
    amount_vnd: Mapped[int]
    bank_bin: Mapped[str] = mapped_column(String(6))
    account: Mapped[bytes]
    holder: Mapped[bytes]
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    second_person: Mapped[str] = mapped_column(String(120))


class RefundStepRow(Base):
    """What became of an order, each once. A fact.

    `bank_transaction`: of the debit that paid it, in the bank's statement.
    """

    __tablename__ = "refund_steps"
    __table_args__ = (
        CheckConstraint("kind IN ('withdraw', 'send', 'pay', 'refuse', 'come_back')", name="kind"),
        CheckConstraint("(kind = 'send') = (file_id IS NOT NULL)", name="file"),
        CheckConstraint("(kind = 'pay') = (bank_transaction IS NOT NULL)", name="bank"),
        CheckConstraint("(kind IN ('pay', 'come_back')) = (entry_id IS NOT NULL)", name="posted"),
        Index("ix_refund_steps_file_id", "file_id"),
    )
    order_id: Mapped[UUID] = mapped_column(ForeignKey("refund_orders.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("refund_files.id"))
    bank_transaction: Mapped[str | None] = mapped_column(String(80))
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("journal_entries.id"))
    words: Mapped[str | None] = mapped_column(String(200))
    second_person: Mapped[str | None] = mapped_column(String(120))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))

"""Rows of the ledger and what surrounds it: columns and constraints only.

Insert-only (triggers): quotes, journal_entries, postings, provider_events, drawer_counts,
receipts, receipt_copies, remittance_items. Amounts are whole đồng.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base, JsonText


class QuoteRow(Base):
    """A price, final for the citizen: tariff version, inputs and lines as they were. A fact."""

    __tablename__ = "quotes"
    __table_args__ = (
        CheckConstraint("total_vnd >= 0 AND citizen_vnd >= 0", name="amounts"),
        Index("ix_quotes_dossier_id", "dossier_id"),
        Index("ix_quotes_unit_id", "unit_id"),
        Index("ix_quotes_visit_id", "visit_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    dossier_id: Mapped[UUID]
    delivery_id: Mapped[UUID | None]
    unit_id: Mapped[UUID]
    section_id: Mapped[UUID | None]
    made_at: Mapped[datetime]
    valid_until: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    tariff: Mapped[str] = mapped_column(String(80))
    fare_column: Mapped[str] = mapped_column(String(1))
    inputs: Mapped[Any] = mapped_column(JsonText())
    lines: Mapped[Any] = mapped_column(JsonText())
    total_vnd: Mapped[int]
    citizen_vnd: Mapped[int]
    visit_id: Mapped[UUID | None]


class AccountRow(Base):
    """Where money is, or whose it is. Balances are queries, never columns."""

    __tablename__ = "accounts"
    code: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    unit_id: Mapped[UUID | None]
    section_id: Mapped[UUID | None]


class JournalEntry(Base):
    """One event of money. COMMIT fails unless all its `line_count` postings are there. A fact."""

    __tablename__ = "journal_entries"
    __table_args__ = (
        Unique("id", "line_count"),
        Unique("reverses_id"),
        ForeignKeyConstraint(
            ["id", "line_count"],
            ["postings.entry_id", "postings.line_no"],
            name="fk_journal_entries_id_line_count",
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
        ),
        CheckConstraint("line_count > 0", name="line_count"),
        CheckConstraint("actor_kind <> 'system' OR cause IS NOT NULL", name="machine_has_cause"),
        CheckConstraint("reverses_id IS NULL OR reason IS NOT NULL", name="reversal_has_reason"),
        Index("ix_journal_entries_journal", "journal"),
        Index("ix_journal_entries_dossier_id", "dossier_id"),
        Index("ix_journal_entries_unit_id_at", "unit_id", "at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    line_count: Mapped[int]
    journal: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    actor_kind: Mapped[str] = mapped_column(String(20))
    on_behalf_of: Mapped[str | None] = mapped_column(String(120))
    second_person: Mapped[str | None] = mapped_column(String(120))
    cause: Mapped[str | None] = mapped_column(String(120))
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("journal_entries.id"))
    reason: Mapped[str | None] = mapped_column(String(200))
    dossier_id: Mapped[UUID | None]
    payment_id: Mapped[UUID | None]
    unit_id: Mapped[UUID | None]
    section_id: Mapped[UUID | None]


class PostingRow(Base):
    """One amount from the credit account to the debit account: balanced by being one row.

    Each line after the first hangs on the line before it, so no line in the middle can be
    missing, and none can be added beyond the entry's own count. A fact.
    """

    __tablename__ = "postings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["entry_id", "line_count"],
            ["journal_entries.id", "journal_entries.line_count"],
            name="fk_postings_entry_id_line_count",
        ),
        ForeignKeyConstraint(
            ["entry_id", "prev_line_no"],
            ["postings.entry_id", "postings.line_no"],
            name="fk_postings_entry_id_prev_line_no",
        ),
        CheckConstraint("amount_vnd > 0", name="amount"),
        CheckConstraint("debit_account <> credit_account", name="two_accounts"),
        CheckConstraint("line_no >= 1 AND line_no <= line_count", name="line_no"),
        CheckConstraint(
            "(line_no = 1 AND prev_line_no IS NULL) OR"
            " (line_no > 1 AND prev_line_no IS NOT NULL AND prev_line_no = line_no - 1)",
            name="chained",
        ),
        Index("ix_postings_debit_account", "debit_account"),
        Index("ix_postings_credit_account", "credit_account"),
    )
    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line_count: Mapped[int]
    prev_line_no: Mapped[int | None]
    debit_account: Mapped[str] = mapped_column(String(80), ForeignKey("accounts.code"))
    credit_account: Mapped[str] = mapped_column(String(80), ForeignKey("accounts.code"))
    amount_vnd: Mapped[int]
    about: Mapped[str] = mapped_column(String(60))


class PaymentRow(Base):
    """What is to be paid once, and how far that has come."""

    __tablename__ = "payments"
    __table_args__ = (
        Unique("reference"),
        CheckConstraint("amount_vnd >= 0", name="amount"),
        CheckConstraint(
            "status IN ('created', 'pending', 'paid', 'expired', 'failed', 'refunded', 'mismatch')",
            name="status",
        ),
        CheckConstraint("method IN ('cash', 'card', 'door', 'authority', 'vietqr')", name="method"),
        Index("ix_payments_dossier_id", "dossier_id"),
        Index("ix_payments_unit_id_status", "unit_id", "status"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(25))
    dossier_id: Mapped[UUID]
    quote_id: Mapped[UUID | None] = mapped_column(ForeignKey("quotes.id"))
    unit_id: Mapped[UUID]
    section_id: Mapped[UUID | None]
    method: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    amount_vnd: Mapped[int]
    dues: Mapped[Any] = mapped_column(JsonText())
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("journal_entries.id"))
    paid_by: Mapped[str | None] = mapped_column(String(20))
    account_key: Mapped[str | None] = mapped_column(String(40))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it so)


# A quote is settled once: no second payment may wait or be paid beside the first.
Index(
    "uq_payments_quote_id_live",
    PaymentRow.quote_id,
    unique=True,
    sqlite_where=PaymentRow.status.in_(("pending", "paid")),
    postgresql_where=PaymentRow.status.in_(("pending", "paid")),
)


class ProviderEvent(Base):
    """A provider's word that money came: one row per transaction of his, with its fate. A fact."""

    __tablename__ = "provider_events"
    __table_args__ = (
        Unique("provider", "provider_transaction"),
        CheckConstraint("fate IN ('credited', 'mismatch')", name="fate"),
        CheckConstraint("fate <> 'credited' OR payment_id IS NOT NULL", name="credited_to"),
        Index("ix_provider_events_payment_id", "payment_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(40))
    provider_transaction: Mapped[str] = mapped_column(String(80))
    body_sha256: Mapped[str] = mapped_column(String(64))
    account_key: Mapped[str] = mapped_column(String(40))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    reference: Mapped[str | None] = mapped_column(String(25))
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"))
    unit_id: Mapped[UUID | None]
    section_id: Mapped[UUID | None]
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("journal_entries.id"))
    fate: Mapped[str] = mapped_column(String(20))
    why: Mapped[str | None] = mapped_column(String(40))

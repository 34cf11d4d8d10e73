"""tables of money/: quotes, ledger, payments, drawers, receipts, remittances

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from postal_bridge.kernel.migrations.facts import make_insert_only, refuse_if_facts

revision = "0005"
down_revision = "0004"

FACTS = (
    "quotes", "journal_entries", "postings", "provider_events", "drawer_counts", "receipts",
    "receipt_copies", "remittances", "remittance_items",
)  # fmt: skip
TABLES = (
    "remittance_items", "receipt_copies", "receipts", "provider_events", "remittances",
    "corrections", "drawer_counts", "payments", "postings", "journal_entries",
    "receipt_series", "quotes", "drawers", "accounts",
)  # fmt: skip
WORKING = sa.text("status IN ('open', 'counted')")
LIVE = sa.text("status IN ('pending', 'paid')")
COMPLETE = (["id", "line_count"], ["postings.entry_id", "postings.line_no"])
COMPLETE_NAME = "fk_journal_entries_id_line_count"


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "accounts",
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("code", name="pk_accounts"),
    )
    op.create_table(
        "drawers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clerk", sa.String(80), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("float_vnd", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("expected_vnd", sa.BigInteger(), nullable=True),
        sa.Column("counted_vnd", sa.BigInteger(), nullable=True),
        sa.Column("owed_vnd", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("status <> 'contested' OR owed_vnd = 0", name="contested_is_not_owed"),
        sa.CheckConstraint("status IN ('open', 'counted', 'closed', 'contested')", name="status"),
        sa.CheckConstraint("float_vnd >= 0", name="float"),
        sa.PrimaryKeyConstraint("id", name="pk_drawers"),
    )
    op.create_index("ix_drawers_unit_id_opened_at", "drawers", ["unit_id", "opened_at"])
    op.create_index(
        "uq_drawers_clerk_working",
        "drawers",
        ["clerk"],
        unique=True,
        sqlite_where=WORKING,
        postgresql_where=WORKING,
    )
    op.create_table(
        "journal_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("line_count", sa.BigInteger(), nullable=False),
        sa.Column("journal", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("actor_kind", sa.String(20), nullable=False),
        sa.Column("on_behalf_of", sa.String(120), nullable=True),
        sa.Column("second_person", sa.String(120), nullable=True),
        sa.Column("cause", sa.String(120), nullable=True),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(200), nullable=True),
        sa.Column("dossier_id", sa.Uuid(), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("actor_kind <> 'system' OR cause IS NOT NULL", name="machine_has_cause"),
        sa.CheckConstraint("line_count > 0", name="line_count"),
        sa.CheckConstraint("reverses_id IS NULL OR reason IS NOT NULL", name="reversal_has_reason"),
        *_complete(is_sqlite),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["journal_entries.id"], name="fk_journal_entries_reverses_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_journal_entries"),
        sa.UniqueConstraint("id", "line_count", name="uq_journal_entries_id_line_count"),
        sa.UniqueConstraint("reverses_id", name="uq_journal_entries_reverses_id"),
    )
    op.create_index("ix_journal_entries_dossier_id", "journal_entries", ["dossier_id"])
    op.create_index("ix_journal_entries_journal", "journal_entries", ["journal"])
    op.create_index("ix_journal_entries_unit_id_at", "journal_entries", ["unit_id", "at"])
    op.create_table(
        "quotes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("valid_until", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("tariff", sa.String(80), nullable=False),
        sa.Column("fare_column", sa.String(1), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("total_vnd", sa.BigInteger(), nullable=False),
        sa.Column("citizen_vnd", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("total_vnd >= 0 AND citizen_vnd >= 0", name="amounts"),
        sa.PrimaryKeyConstraint("id", name="pk_quotes"),
    )
    op.create_index("ix_quotes_dossier_id", "quotes", ["dossier_id"])
    op.create_index("ix_quotes_unit_id", "quotes", ["unit_id"])
    op.create_table(
        "receipt_series",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(20), nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "series", name="pk_receipt_series"),
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("drawer_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("proposed_by", sa.String(120), nullable=False),
        sa.Column("second_person", sa.String(120), nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("shown_at", sa.DateTime(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answer", sa.String(20), nullable=True),
        sa.Column("posted_entry_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("status = 'proposed' OR shown_at IS NOT NULL", name="shown_first"),
        sa.CheckConstraint("status IN ('proposed', 'shown', 'disputed', 'posted')", name="status"),
        sa.CheckConstraint("second_person <> proposed_by", name="two_people"),
        sa.ForeignKeyConstraint(["drawer_id"], ["drawers.id"], name="fk_corrections_drawer_id"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entries.id"], name="fk_corrections_entry_id"
        ),
        sa.ForeignKeyConstraint(
            ["posted_entry_id"], ["journal_entries.id"], name="fk_corrections_posted_entry_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
    )
    op.create_index("ix_corrections_drawer_id", "corrections", ["drawer_id"])
    op.create_table(
        "drawer_counts",
        sa.Column("drawer_id", sa.Uuid(), nullable=False),
        sa.Column("count_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("counted_vnd", sa.BigInteger(), nullable=False),
        sa.Column("expected_vnd", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("reason", sa.String(200), nullable=True),
        sa.CheckConstraint("counted_vnd >= 0", name="counted"),
        sa.ForeignKeyConstraint(["drawer_id"], ["drawers.id"], name="fk_drawer_counts_drawer_id"),
        sa.PrimaryKeyConstraint("drawer_id", "count_no", name="pk_drawer_counts"),
    )
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(25), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("quote_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("method", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("dues", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.Column("paid_at", sa.DateTime(), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "method IN ('cash', 'card', 'door', 'authority', 'vietqr')", name="method"
        ),
        sa.CheckConstraint(
            "status IN ('created', 'pending', 'paid', 'expired', 'failed', 'refunded', 'mismatch')",
            name="status",
        ),
        sa.CheckConstraint("amount_vnd >= 0", name="amount"),
        sa.ForeignKeyConstraint(["entry_id"], ["journal_entries.id"], name="fk_payments_entry_id"),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name="fk_payments_quote_id"),
        sa.PrimaryKeyConstraint("id", name="pk_payments"),
        sa.UniqueConstraint("reference", name="uq_payments_reference"),
    )
    op.create_index("ix_payments_dossier_id", "payments", ["dossier_id"])
    op.create_index("ix_payments_unit_id_status", "payments", ["unit_id", "status"])
    op.create_index(
        "uq_payments_quote_id_live",
        "payments",
        ["quote_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_table(
        "postings",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("line_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line_count", sa.BigInteger(), nullable=False),
        sa.Column("prev_line_no", sa.BigInteger(), nullable=True),
        sa.Column("debit_account", sa.String(80), nullable=False),
        sa.Column("credit_account", sa.String(80), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("about", sa.String(60), nullable=False),
        sa.CheckConstraint(
            "(line_no = 1 AND prev_line_no IS NULL) OR"
            " (line_no > 1 AND prev_line_no IS NOT NULL AND prev_line_no = line_no - 1)",
            name="chained",
        ),
        sa.CheckConstraint("amount_vnd > 0", name="amount"),
        sa.CheckConstraint("debit_account <> credit_account", name="two_accounts"),
        sa.CheckConstraint("line_no >= 1 AND line_no <= line_count", name="line_no"),
        sa.ForeignKeyConstraint(
            ["credit_account"], ["accounts.code"], name="fk_postings_credit_account"
        ),
        sa.ForeignKeyConstraint(
            ["debit_account"], ["accounts.code"], name="fk_postings_debit_account"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id", "line_count"],
            ["journal_entries.id", "journal_entries.line_count"],
            name="fk_postings_entry_id_line_count",
        ),
        sa.ForeignKeyConstraint(
            ["entry_id", "prev_line_no"],
            ["postings.entry_id", "postings.line_no"],
            name="fk_postings_entry_id_prev_line_no",
        ),
        sa.PrimaryKeyConstraint("entry_id", "line_no", name="pk_postings"),
    )
    op.create_index("ix_postings_credit_account", "postings", ["credit_account"])
    op.create_index("ix_postings_debit_account", "postings", ["debit_account"])
    op.create_table(
        "remittances",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("courier", sa.String(80), nullable=True),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("bank_reference", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('agency_fees', 'courier_cash')", name="kind"),
        sa.CheckConstraint("amount_vnd > 0", name="amount"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entries.id"], name="fk_remittances_entry_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_remittances"),
    )
    op.create_index("ix_remittances_section_id_on_day", "remittances", ["section_id", "on_day"])
    op.create_table(
        "provider_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(40), nullable=False),
        sa.Column("provider_transaction", sa.String(80), nullable=False),
        sa.Column("body_sha256", sa.String(64), nullable=False),
        sa.Column("account_key", sa.String(40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("reference", sa.String(25), nullable=True),
        sa.Column("occurred_at", sa.DateTime(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("fate", sa.String(20), nullable=False),
        sa.Column("why", sa.String(40), nullable=True),
        sa.CheckConstraint("fate <> 'credited' OR payment_id IS NOT NULL", name="credited_to"),
        sa.CheckConstraint("fate IN ('credited', 'mismatch')", name="fate"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entries.id"], name="fk_provider_events_entry_id"
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name="fk_provider_events_payment_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_provider_events"),
        sa.UniqueConstraint(
            "provider",
            "provider_transaction",
            name="uq_provider_events_provider_provider_transaction",
        ),
    )
    op.create_index("ix_provider_events_payment_id", "provider_events", ["payment_id"])
    op.create_table(
        "receipts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("series", sa.String(20), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("total_vnd", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.CheckConstraint("kind IN ('fee', 'fare')", name="kind"),
        sa.CheckConstraint("number > 0 AND total_vnd > 0", name="amounts"),
        sa.ForeignKeyConstraint(["entry_id"], ["journal_entries.id"], name="fk_receipts_entry_id"),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name="fk_receipts_payment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_receipts"),
        sa.UniqueConstraint("payment_id", "kind", name="uq_receipts_payment_id_kind"),
        sa.UniqueConstraint(
            "unit_id", "series", "number", name="uq_receipts_unit_id_series_number"
        ),
    )
    op.create_index("ix_receipts_dossier_id", "receipts", ["dossier_id"])
    op.create_index("ix_receipts_section_id_issued_on", "receipts", ["section_id", "issued_on"])
    op.create_table(
        "receipt_copies",
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("copy_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["receipts.id"], name="fk_receipt_copies_receipt_id"
        ),
        sa.PrimaryKeyConstraint("receipt_id", "copy_no", name="pk_receipt_copies"),
    )
    op.create_table(
        "remittance_items",
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("remittance_id", sa.Uuid(), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["receipts.id"], name="fk_remittance_items_receipt_id"
        ),
        sa.ForeignKeyConstraint(
            ["remittance_id"], ["remittances.id"], name="fk_remittance_items_remittance_id"
        ),
        sa.PrimaryKeyConstraint("receipt_id", name="pk_remittance_items"),
    )
    op.create_index("ix_remittance_items_remittance_id", "remittance_items", ["remittance_id"])
    if not is_sqlite:  # the two tables point at each other; SQLite cannot add a key later
        op.create_foreign_key(
            COMPLETE_NAME, "journal_entries", "postings", COMPLETE[0], ["entry_id", "line_no"],
            deferrable=True, initially="DEFERRED"
        )  # fmt: skip
    for table in FACTS:
        make_insert_only(table)


def _complete(is_sqlite: bool) -> list[sa.ForeignKeyConstraint]:
    """A missing posting makes COMMIT fail: held by a deferred key (invariant M2)."""
    if not is_sqlite:
        return []
    return [
        sa.ForeignKeyConstraint(
            *COMPLETE, name=COMPLETE_NAME, deferrable=True, initially="DEFERRED"
        )
    ]


def downgrade() -> None:
    for table in FACTS:
        refuse_if_facts(table)
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(COMPLETE_NAME, "journal_entries", type_="foreignkey")
    for table in TABLES:
        op.drop_table(table)

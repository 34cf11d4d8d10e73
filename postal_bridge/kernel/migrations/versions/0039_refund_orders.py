"""money that goes back by transfer: owed, ordered by two people, sent to the bank, paid

Expand only: the release before books such money out of the bank at once and never reads these.

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op

from postal_bridge.kernel.migrations.facts import make_insert_only, refuse_if_facts

revision = "0039"
down_revision = "0038"
FACTS = ("refund_files", "refund_orders", "refund_steps")


def upgrade() -> None:
    _debts()
    _files()
    _orders()
    _steps()
    for table in FACTS:
        make_insert_only(table)


def downgrade() -> None:
    for table in ("refund_debts", *FACTS):
        refuse_if_facts(table)
    for table in ("refund_steps", "refund_orders", "refund_files", "refund_debts"):
        op.drop_table(table)


def _debts() -> None:
    op.create_table(
        "refund_debts",
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("owed_at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("status IN ('owed', 'ordered', 'sent', 'paid')", name="status"),
        sa.CheckConstraint("amount_vnd > 0", name="amount"),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name="fk_refund_debts_payment_id"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entries.id"], name="fk_refund_debts_entry_id"
        ),
        sa.PrimaryKeyConstraint("payment_id", name="pk_refund_debts"),
    )
    op.create_index("ix_refund_debts_dossier_id", "refund_debts", ["dossier_id"])
    op.create_index("ix_refund_debts_status", "refund_debts", ["status"])


def _files() -> None:
    op.create_table(
        "refund_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("orders", sa.BigInteger(), nullable=False),
        sa.Column("total_vnd", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.CheckConstraint("number > 0", name="number"),
        sa.PrimaryKeyConstraint("id", name="pk_refund_files"),
        sa.UniqueConstraint("number", name="uq_refund_files_number"),
    )


def _orders() -> None:
    op.create_table(
        "refund_orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(25), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("bank_bin", sa.String(6), nullable=False),
        sa.Column("account", sa.LargeBinary(), nullable=False),
        sa.Column("holder", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("second_person", sa.String(120), nullable=False),
        sa.CheckConstraint("amount_vnd > 0 AND no > 0", name="amounts"),
        sa.CheckConstraint("second_person <> actor", name="two_people"),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["refund_debts.payment_id"], name="fk_refund_orders_payment_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_refund_orders"),
        sa.UniqueConstraint("reference", name="uq_refund_orders_reference"),
        sa.UniqueConstraint("payment_id", "no", name="uq_refund_orders_payment_id_no"),
    )


def _steps() -> None:
    op.create_table(
        "refund_steps",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("bank_transaction", sa.String(80), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.String(200), nullable=True),
        sa.Column("second_person", sa.String(120), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.CheckConstraint(
            "kind IN ('withdraw', 'send', 'pay', 'refuse', 'come_back')", name="kind"
        ),
        sa.CheckConstraint("(kind = 'send') = (file_id IS NOT NULL)", name="file"),
        sa.CheckConstraint("(kind = 'pay') = (bank_transaction IS NOT NULL)", name="bank"),
        sa.CheckConstraint(
            "(kind IN ('pay', 'come_back')) = (entry_id IS NOT NULL)", name="posted"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["refund_orders.id"], name="fk_refund_steps_order_id"
        ),
        sa.ForeignKeyConstraint(["file_id"], ["refund_files.id"], name="fk_refund_steps_file_id"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entries.id"], name="fk_refund_steps_entry_id"
        ),
        sa.PrimaryKeyConstraint("order_id", "kind", name="pk_refund_steps"),
    )
    op.create_index("ix_refund_steps_file_id", "refund_steps", ["file_id"])

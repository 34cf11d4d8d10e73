"""accounts that citizens name themselves for money that goes back to them

Expand only: the release before neither reads nor writes it.

Revision ID: 0045
Revises: 0044
"""

import sqlalchemy as sa
from alembic import op

from postal_bridge.kernel.migrations.facts import make_insert_only, refuse_if_facts

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    op.create_table(
        "refund_accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("orders_before", sa.BigInteger(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("bank_bin", sa.String(6), nullable=False),
        sa.Column("account", sa.LargeBinary(), nullable=False),
        sa.Column("holder", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.CheckConstraint("no > 0 AND orders_before >= 0", name="no"),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["refund_debts.payment_id"], name="fk_refund_accounts_payment_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_refund_accounts"),
        sa.UniqueConstraint("payment_id", "no", name="uq_refund_accounts_payment_id_no"),
    )
    op.create_index("ix_refund_accounts_dossier_id", "refund_accounts", ["dossier_id"])
    make_insert_only("refund_accounts")


def downgrade() -> None:
    refuse_if_facts("refund_accounts")
    op.drop_table("refund_accounts")

"""what became of fares bought for a way that nobody goes

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

from postal_bridge.kernel.migrations.facts import make_insert_only, refuse_if_facts

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.create_table(
        "fare_ends",
        sa.Column("quote_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("why", sa.String(40), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("second_person", sa.String(120), nullable=True),
        sa.CheckConstraint("kind IN ('called_off', 'restored', 'paid_back')", name="kind"),
        sa.CheckConstraint("amount_vnd >= 0", name="amount"),
        sa.CheckConstraint("kind <> 'paid_back' OR amount_vnd > 0", name="paid_something"),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name="fk_fare_ends_quote_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["journal_entries.id"], name="fk_fare_ends_entry_id"),
        sa.PrimaryKeyConstraint("quote_id", "no", name="pk_fare_ends"),
    )
    op.create_index("ix_fare_ends_dossier_id", "fare_ends", ["dossier_id"])
    make_insert_only("fare_ends")


def downgrade() -> None:
    refuse_if_facts("fare_ends")
    op.drop_table("fare_ends")

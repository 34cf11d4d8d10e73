"""what agencies and budgets have paid of their monthly statements

Expand only: the release before neither reads nor writes it.

Revision ID: 0041
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op

from postal_bridge.kernel.migrations.facts import make_insert_only, refuse_if_facts

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    op.create_table(
        "statement_payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bearer", sa.String(120), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("over_event_id", sa.Uuid(), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("second_person", sa.String(120), nullable=False),
        sa.CheckConstraint("amount_vnd > 0", name="amount"),
        sa.CheckConstraint("second_person <> actor", name="two_people"),
        sa.ForeignKeyConstraint(
            ["event_id"], ["provider_events.id"], name="fk_statement_payments_event_id"
        ),
        sa.ForeignKeyConstraint(
            ["over_event_id"], ["provider_events.id"], name="fk_statement_payments_over_event_id"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entries.id"], name="fk_statement_payments_entry_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_statement_payments"),
        sa.UniqueConstraint("event_id", name="uq_statement_payments_event_id"),
    )
    op.create_index("ix_statement_payments_bearer_month", "statement_payments", ["bearer", "month"])
    make_insert_only("statement_payments")


def downgrade() -> None:
    refuse_if_facts("statement_payments")
    op.drop_table("statement_payments")

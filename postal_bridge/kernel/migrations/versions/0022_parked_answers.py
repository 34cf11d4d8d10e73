"""what became of money that fitted nothing

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

from postal_bridge.kernel.migrations.facts import make_insert_only, refuse_if_facts

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "parked_answers",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(20), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.String(200), nullable=False),
        sa.Column("second_person", sa.String(120), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.CheckConstraint("answer IN ('placed', 'returned')", name="answer"),
        sa.CheckConstraint("(answer = 'placed') = (payment_id IS NOT NULL)", name="placed_on"),
        sa.CheckConstraint("second_person <> actor", name="two_people"),
        sa.ForeignKeyConstraint(
            ["event_id"], ["provider_events.id"], name="fk_parked_answers_event_id"
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name="fk_parked_answers_payment_id"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entries.id"], name="fk_parked_answers_entry_id"
        ),
        sa.PrimaryKeyConstraint("event_id", name="pk_parked_answers"),
    )
    make_insert_only("parked_answers")


def downgrade() -> None:
    refuse_if_facts("parked_answers")
    op.drop_table("parked_answers")

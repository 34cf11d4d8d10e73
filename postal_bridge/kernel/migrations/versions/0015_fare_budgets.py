"""budgets that authorities grant for fares, and quotes that share one visit

Expand only: release 0014 neither reads nor writes them.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

from postal_bridge.kernel.migrations.facts import make_insert_only, refuse_if_facts

revision = "0015"
down_revision = "0014"
FACTS = ("fare_budget_grants", "fare_budget_bookings")


def upgrade() -> None:
    op.add_column("quotes", sa.Column("visit_id", sa.Uuid(), nullable=True))
    op.create_index("ix_quotes_visit_id", "quotes", ["visit_id"])
    op.create_table(
        "fare_budgets",
        sa.Column("programme", sa.String(80), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("granted_vnd", sa.BigInteger(), nullable=False),
        sa.Column("booked_vnd", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("booked_vnd >= 0 AND booked_vnd <= granted_vnd", name="within_grant"),
        sa.PrimaryKeyConstraint("programme", "month", name="pk_fare_budgets"),
    )
    op.create_table(
        "fare_budget_grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(80), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("instrument", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.CheckConstraint("amount_vnd > 0", name="amount"),
        sa.PrimaryKeyConstraint("id", name="pk_fare_budget_grants"),
    )
    op.create_index(
        "ix_fare_budget_grants_programme_month", "fare_budget_grants", ["programme", "month"]
    )
    op.create_table(
        "fare_budget_bookings",
        sa.Column("quote_id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(80), nullable=False),
        sa.Column("is_return", sa.Boolean(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.CheckConstraint(
            "(why = 'quoted' AND amount_vnd > 0) OR"
            " (why IN ('lapsed', 'refunded') AND amount_vnd < 0)",
            name="direction",
        ),
        sa.ForeignKeyConstraint(
            ["quote_id"], ["quotes.id"], name="fk_fare_budget_bookings_quote_id"
        ),
        sa.PrimaryKeyConstraint(
            "quote_id", "programme", "is_return", name="pk_fare_budget_bookings"
        ),
    )
    op.create_index(
        "ix_fare_budget_bookings_programme_month", "fare_budget_bookings", ["programme", "month"]
    )
    for table in FACTS:
        make_insert_only(table)


def downgrade() -> None:
    for table in ("quotes", *FACTS):
        refuse_if_facts(table)
    for table in ("fare_budget_bookings", "fare_budget_grants", "fare_budgets"):
        op.drop_table(table)
    op.drop_index("ix_quotes_visit_id", "quotes")
    op.drop_column("quotes", "visit_id")

"""bank accounts that payers are shown, and which one each was shown

Release 0036 shows the release's own account and leaves the column empty.

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op

from postal_bridge.kernel.migrations.facts import make_insert_only, refuse_if_facts

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    op.create_table(
        "receiving_accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("bank_bin", sa.String(6), nullable=False),
        sa.Column("account", sa.String(19), nullable=False),
        sa.Column("holder", sa.String(60), nullable=False),
        sa.Column("bank_name", sa.String(80), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("second_person", sa.String(120), nullable=False),
        sa.CheckConstraint("number > 0", name="number"),
        sa.CheckConstraint("second_person <> actor", name="two_people"),
        sa.PrimaryKeyConstraint("id", name="pk_receiving_accounts"),
        sa.UniqueConstraint("number", name="uq_receiving_accounts_number"),
    )
    make_insert_only("receiving_accounts")
    op.add_column("payments", sa.Column("account_key", sa.String(40), nullable=True))


def downgrade() -> None:
    refuse_if_facts("receiving_accounts")
    op.drop_column("payments", "account_key")
    op.drop_table("receiving_accounts")

"""contracts with agencies, and what these owe by them beyond what was quoted

Expand only: the release before neither reads nor writes them.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

from postal_bridge.kernel.migrations.facts import make_insert_only, refuse_if_facts

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.create_table(
        "contract_sets",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("snapshot_id", sa.String(120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.CheckConstraint("number > 0", name="number"),
        sa.PrimaryKeyConstraint("number", name="pk_contract_sets"),
    )
    make_insert_only("contract_sets")
    _lines()


def downgrade() -> None:
    for table in ("contract_lines", "contract_sets"):
        refuse_if_facts(table)
        op.drop_table(table)


def _lines() -> None:
    op.create_table(
        "contract_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(20), nullable=False),
        sa.Column("cause", sa.String(40), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("contract", sa.String(80), nullable=True),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("why", sa.String(40), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.CheckConstraint(
            "item IN ('heavier', 'remote', 'redelivery', 'storage', 'return')", name="item"
        ),
        sa.CheckConstraint(
            "no >= 1 AND ((no % 2 = 1 AND amount_vnd >= 0) OR (no % 2 = 0 AND amount_vnd <= 0))",
            name="direction",
        ),
        sa.CheckConstraint("(entry_id IS NULL) = (amount_vnd = 0)", name="posted"),
        sa.CheckConstraint("contract IS NOT NULL OR amount_vnd = 0", name="by_contract"),
        sa.CheckConstraint("(no % 2 = 0) = (why IS NOT NULL)", name="why"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entries.id"], name="fk_contract_lines_entry_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_contract_lines"),
        sa.UniqueConstraint(
            "delivery_id", "item", "cause", "no", name="uq_contract_lines_delivery_id_item_cause_no"
        ),
    )
    op.create_index("ix_contract_lines_at", "contract_lines", ["at"])
    make_insert_only("contract_lines")

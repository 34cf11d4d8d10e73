"""a courier's cash on its way into a clerk's drawer

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

from postal_bridge.kernel.migrations.facts import make_insert_only, refuse_if_facts

revision = "0016"
down_revision = "0015"

OPEN = sa.text("status IN ('offered', 'counted')")


def upgrade() -> None:
    op.create_table(
        "hand_ins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("courier", sa.String(80), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("offered_vnd", sa.BigInteger(), nullable=False),
        sa.Column("kept_vnd", sa.BigInteger(), nullable=False),
        sa.Column("expected_vnd", sa.BigInteger(), nullable=False),
        sa.Column("offered_at", sa.DateTime(), nullable=False),
        sa.Column("clerk", sa.String(80), nullable=True),
        sa.Column("drawer_id", sa.Uuid(), nullable=True),
        sa.Column("counted_vnd", sa.BigInteger(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        sa.Column("ended_reason", sa.String(200), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("gap_vnd", sa.BigInteger(), nullable=False),
        sa.Column("gap_status", sa.String(20), nullable=False),
        sa.Column("gap_reason", sa.String(200), nullable=True),
        sa.Column("gap_answered_at", sa.DateTime(), nullable=True),
        sa.Column("gap_settled_at", sa.DateTime(), nullable=True),
        sa.Column("owed_vnd", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('offered', 'counted', 'accepted', 'withdrawn', 'refused')", name="status"
        ),
        sa.CheckConstraint(
            "gap_status IN ('none', 'set_aside', 'accepted', 'contested', 'settled')",
            name="gap_status",
        ),
        sa.CheckConstraint("offered_vnd >= 0 AND kept_vnd >= 0", name="amounts"),
        sa.CheckConstraint(
            "gap_status IN ('accepted', 'settled') OR owed_vnd = 0", name="open_gap_is_not_owed"
        ),
        sa.CheckConstraint(
            "status <> 'accepted' OR"
            " (counted_vnd IS NOT NULL AND counted_vnd = offered_vnd AND drawer_id IS NOT NULL)",
            name="two_sided",
        ),
        sa.ForeignKeyConstraint(["drawer_id"], ["drawers.id"], name="fk_hand_ins_drawer_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["journal_entries.id"], name="fk_hand_ins_entry_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hand_ins"),
    )
    op.create_index("ix_hand_ins_unit_id_status", "hand_ins", ["unit_id", "status"])
    op.create_index(
        "uq_hand_ins_courier_open",
        "hand_ins",
        ["courier"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "hand_in_counts",
        sa.Column("hand_in_id", sa.Uuid(), nullable=False),
        sa.Column("count_no", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.String(10), nullable=False),
        sa.Column("counted_vnd", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("reason", sa.String(200), nullable=True),
        sa.CheckConstraint("side IN ('courier', 'clerk')", name="side"),
        sa.CheckConstraint("counted_vnd >= 0", name="counted"),
        sa.ForeignKeyConstraint(
            ["hand_in_id"], ["hand_ins.id"], name="fk_hand_in_counts_hand_in_id"
        ),
        sa.PrimaryKeyConstraint("hand_in_id", "count_no", name="pk_hand_in_counts"),
    )
    make_insert_only("hand_in_counts")


def downgrade() -> None:
    refuse_if_facts("hand_in_counts")
    op.drop_table("hand_in_counts")
    op.drop_table("hand_ins")

"""items, who holds them, and what was counted

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from postal_bridge.kernel.migrations.facts import make_insert_only, refuse_if_facts

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "number_blocks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("prefix", sa.String(2), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("next_serial", sa.BigInteger(), nullable=False),
        sa.Column("granted_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_number_blocks"),
        sa.UniqueConstraint("prefix", "first", name="uq_number_blocks_prefix"),
        sa.CheckConstraint(
            "first <= last AND next_serial >= first", name=op.f("ck_number_blocks_range")
        ),
    )
    op.create_index("ix_number_blocks_unit_id", "number_blocks", ["unit_id", "prefix"])
    op.create_table(
        "items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(13), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("dossier_id", sa.Uuid(), nullable=True),
        sa.Column("weight_g", sa.BigInteger(), nullable=False),
        sa.Column("seal_number", sa.String(40), nullable=True),
        sa.Column("paper_list_digest", sa.String(64), nullable=False),
        sa.Column("papers", sa.Text(), nullable=False),
        sa.Column("holder_kind", sa.String(20), nullable=True),
        sa.Column("holder_id", sa.String(80), nullable=True),
        sa.Column("in_pouch_id", sa.Uuid(), nullable=True),
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("offered_in", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
        sa.UniqueConstraint("number", name="uq_items_number"),
        sa.ForeignKeyConstraint(["in_pouch_id"], ["items.id"], name="fk_items_in_pouch_id"),
        sa.CheckConstraint(
            "(holder_kind IS NOT NULL AND holder_id IS NOT NULL AND in_pouch_id IS NULL) OR "
            "(holder_kind IS NULL AND holder_id IS NULL AND in_pouch_id IS NOT NULL)",
            name=op.f("ck_items_one_holder"),
        ),
    )
    op.create_index("ix_items_dossier_id", "items", ["dossier_id"])
    op.create_index("ix_items_in_pouch_id", "items", ["in_pouch_id"])
    op.create_index("ix_items_holder_kind", "items", ["holder_kind", "holder_id"])
    op.create_index("ix_items_unit_id", "items", ["unit_id"])
    op.create_table(
        "pouches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("direction", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("tie_number", sa.String(40), nullable=True),
        sa.Column("hand_over_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pouches"),
        sa.ForeignKeyConstraint(["id"], ["items.id"], name="fk_pouches_id"),
    )
    op.create_index("ix_pouches_unit_id", "pouches", ["unit_id", "status"])
    op.create_index("ix_pouches_section_id", "pouches", ["section_id", "status"])
    op.create_table(
        "hand_overs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("giver_kind", sa.String(20), nullable=False),
        sa.Column("giver_id", sa.String(80), nullable=False),
        sa.Column("receiver_kind", sa.String(20), nullable=False),
        sa.Column("receiver_id", sa.String(80), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("to_unit_id", sa.Uuid(), nullable=True),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("is_to_self", sa.Boolean(), nullable=False),
        sa.Column("offered_by", sa.String(120), nullable=False),
        sa.Column("answered_by", sa.String(120), nullable=True),
        sa.Column("offered_at", sa.DateTime(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hand_overs"),
        sa.CheckConstraint(
            "status IN ('offered', 'accepted', 'declined')", name=op.f("ck_hand_overs_status")
        ),
        sa.CheckConstraint(
            "(status = 'offered') = (answered_at IS NULL)", name=op.f("ck_hand_overs_answered")
        ),
    )
    op.create_index(
        "ix_hand_overs_receiver_kind", "hand_overs", ["receiver_kind", "receiver_id", "status"]
    )
    op.create_table(
        "hand_over_items",
        sa.Column("hand_over_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("follows", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("hand_over_id", "item_id", name="pk_hand_over_items"),
        sa.ForeignKeyConstraint(
            ["hand_over_id"], ["hand_overs.id"], name="fk_hand_over_items_hand_over_id"
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_hand_over_items_item_id"),
    )
    op.create_index("ix_hand_over_items_item_id", "hand_over_items", ["item_id"])
    op.create_table(
        "recounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("counted", sa.Text(), nullable=False),
        sa.Column("matches", sa.Boolean(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recounts"),
        sa.UniqueConstraint("item_id", "ordinal", name="uq_recounts_item_id"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_recounts_item_id"),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("dossier_id", sa.Uuid(), nullable=True),
        sa.Column("from_step_id", sa.Uuid(), nullable=False),
        sa.Column("to_step_id", sa.Uuid(), nullable=False),
        sa.Column("difference", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("outcome", sa.String(80), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.CheckConstraint("status IN ('open', 'settled')", name=op.f("ck_cases_status")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_cases_item_id"),
    )
    op.create_index("ix_cases_unit_id", "cases", ["unit_id", "status"])
    op.create_index("ix_cases_item_id", "cases", ["item_id"])
    make_insert_only("recounts")


def downgrade() -> None:
    refuse_if_facts("recounts")
    for table in (
        "cases", "recounts", "hand_over_items", "hand_overs", "pouches", "items",
        "number_blocks",
    ):  # fmt: skip
        op.drop_table(table)

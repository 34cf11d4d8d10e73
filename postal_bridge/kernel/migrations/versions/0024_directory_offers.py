"""what places offer, where papers are scanned, carriers' own numbers, and who changed what

Expand only: release 0023 neither reads nor writes any of it; new columns have a default.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

from postal_bridge.kernel.migrations.facts import make_insert_only, refuse_if_facts

revision = "0024"
down_revision = "0023"
PLACES = ("sections", "service_points")


def upgrade() -> None:
    for table in PLACES:
        op.add_column(
            table, sa.Column("cut_off", sa.String(200), nullable=False, server_default="")
        )
        for name in ("abilities", "accessibility"):
            op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default="[]"))
    op.add_column(
        "links", sa.Column("digitised_at", sa.String(20), nullable=False, server_default="")
    )
    op.create_table(
        "carrier_units",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("carrier", sa.String(80), nullable=False),
        sa.Column("era", sa.String(10), nullable=False),
        sa.Column("unit_code", sa.String(10), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("data_status", sa.String(20), nullable=False),
        sa.CheckConstraint("era IN ('old', 'new')", name=op.f("ck_carrier_units_era")),
        sa.PrimaryKeyConstraint("id", name="pk_carrier_units"),
        sa.UniqueConstraint("key", name="uq_carrier_units_key"),
    )
    op.create_table(
        "directory_changes",  # a fact table: insert-only, never in batch mode
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("differences", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_directory_changes"),
    )
    op.create_index("ix_directory_changes_kind_key", "directory_changes", ["kind", "key"])
    make_insert_only("directory_changes")


def downgrade() -> None:
    refuse_if_facts("directory_changes")
    op.drop_table("directory_changes")
    op.drop_table("carrier_units")
    op.drop_column("links", "digitised_at")
    for table in PLACES:
        for name in ("accessibility", "abilities", "cut_off"):
            op.drop_column(table, name)

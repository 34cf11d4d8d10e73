"""which service areas decide, and from when

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

from postal_bridge.kernel.migrations.facts import make_insert_only, refuse_if_facts

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "service_area_sets",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("snapshot_id", sa.String(120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.CheckConstraint("number > 0", name="number"),
        sa.PrimaryKeyConstraint("number", name="pk_service_area_sets"),
    )
    make_insert_only("service_area_sets")


def downgrade() -> None:
    refuse_if_facts("service_area_sets")
    op.drop_table("service_area_sets")

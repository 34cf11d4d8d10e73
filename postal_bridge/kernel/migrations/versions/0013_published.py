"""what was published: registers, tariffs and calendars as immutable snapshots

Expand only: release 0012 neither reads nor writes them.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

from postal_bridge.kernel.migrations.facts import make_insert_only, refuse_if_facts

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "published",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("snapshot_id", sa.String(120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.CheckConstraint("number > 0", name="number"),
        sa.CheckConstraint("kind IN ('register', 'tariff', 'calendar')", name="kind"),
        sa.PrimaryKeyConstraint("kind", "number", name="pk_published"),
    )
    make_insert_only("published")


def downgrade() -> None:
    refuse_if_facts("published")
    op.drop_table("published")

"""couriers' reports that were refused, as they were kept for the office

Expand only: the release before never reads the table, and its phones keep such reports themselves.

Revision ID: 0047
Revises: 0046
"""

import sqlalchemy as sa
from alembic import op

from postal_bridge.kernel.migrations.facts import make_insert_only, refuse_if_facts

revision = "0047"
down_revision = "0046"
TABLE = "refused_reports"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("row_hash", sa.String(64), nullable=True),
        sa.Column("said_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("mark_blob_id", sa.Uuid(), nullable=True),
        sa.Column("witness_blob_id", sa.Uuid(), nullable=True),
        sa.Column("photo_blob_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind IN ('handed_over', 'failed', 'left_out', 'called')", name="kind"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name="fk_refused_reports_delivery_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_refused_reports"),
    )
    op.create_index("ix_refused_reports_delivery_id", TABLE, ["delivery_id"])
    op.create_index("ix_refused_reports_unit_id", TABLE, ["unit_id", "created_at"])
    make_insert_only(TABLE)


def downgrade() -> None:
    refuse_if_facts(TABLE)
    op.drop_table(TABLE)

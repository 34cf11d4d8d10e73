"""messages to citizens

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("template", sa.String(60), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("is_neutral", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name="fk_notices_dossier_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["operating_units.id"], name="fk_notices_unit_id"),
        sa.ForeignKeyConstraint(["section_id"], ["sections.id"], name="fk_notices_section_id"),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_notices_party_id"),
        sa.UniqueConstraint("action_id", "party_id", name="uq_notices_action_id_party_id"),
    )
    op.create_index("ix_notices_dossier_id", "notices", ["dossier_id"])
    op.create_index("ix_notices_unit_id", "notices", ["unit_id"])


def downgrade() -> None:
    op.drop_table("notices")

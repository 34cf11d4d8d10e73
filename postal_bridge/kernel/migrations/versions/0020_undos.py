"""moves that somebody asks to undo, and who answered

The release before neither reads nor writes it and keeps running.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "undos",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.String(120), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("answered_by", sa.String(120), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_undos"),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name="fk_undos_dossier_id_dossiers"
        ),
        sa.CheckConstraint(
            "status IN ('asked', 'approved', 'declined')", name=op.f("ck_undos_status")
        ),
        sa.CheckConstraint(
            "answered_by IS NULL OR answered_by <> asked_by", name=op.f("ck_undos_another")
        ),
    )
    op.create_index("ix_undos_dossier_id", "undos", ["dossier_id"])
    op.create_index("ix_undos_status", "undos", ["status"])


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM undos")):
        raise RuntimeError("undos says what streams point to: restore a backup instead")
    op.drop_table("undos")

"""legal holds, and when a dossier's personal data were erased

The release before neither reads nor writes them and keeps running.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.add_column("dossiers", sa.Column("erased_at", sa.DateTime(), nullable=True))
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("put_by", sa.String(120), nullable=False),
        sa.Column("put_at", sa.DateTime(), nullable=False),
        sa.Column("lifted_by", sa.String(120), nullable=True),
        sa.Column("lifted_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_legal_holds"),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name="fk_legal_holds_dossier_id_dossiers"
        ),
    )
    op.create_index("ix_legal_holds_dossier_id", "legal_holds", ["dossier_id"])


def downgrade() -> None:
    op.drop_table("legal_holds")
    op.drop_column("dossiers", "erased_at")

"""Notes of one kind are found without reading all: what citizens say of their results.

Revision ID: 0038
Revises: 0037
"""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_dossier_notes_kind", "dossier_notes", ["kind"])


def downgrade() -> None:
    op.drop_index("ix_dossier_notes_kind", "dossier_notes")

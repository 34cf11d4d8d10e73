"""Dossiers whose time of keeping may be over are found without reading all.

Revision ID: 0040
Revises: 0039
"""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    columns = ["erased_at", "closed_at", "acceptance_number"]
    op.create_index("ix_dossiers_erased_at", "dossiers", columns)


def downgrade() -> None:
    op.drop_index("ix_dossiers_erased_at", "dossiers")

"""the procedures of a link whose fare the section bears

Expand only: release 0047 neither reads nor writes it; what stood before names none.

Revision ID: 0048
Revises: 0047
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    op.add_column("links", sa.Column("fare_borne", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("links", "fare_borne")

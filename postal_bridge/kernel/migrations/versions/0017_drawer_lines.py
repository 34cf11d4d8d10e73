"""money that is not ours in the same box, and what a clerk says of a difference he accepts

Expand half: rows of the release before hold nothing in these columns.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("drawer_counts", sa.Column("other_vnd", sa.BigInteger(), nullable=True))
    op.add_column("drawers", sa.Column("other_vnd", sa.BigInteger(), nullable=True))
    op.add_column("drawers", sa.Column("explanation", sa.String(200), nullable=True))


def downgrade() -> None:
    op.drop_column("drawers", "explanation")
    op.drop_column("drawers", "other_vnd")
    op.drop_column("drawer_counts", "other_vnd")

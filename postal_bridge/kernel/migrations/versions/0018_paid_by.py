"""through which provider a payment came

Expand half: rows of the release before came by transfer and hold nothing here.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("payments", sa.Column("paid_by", sa.String(20), nullable=True))


def downgrade() -> None:
    op.drop_column("payments", "paid_by")

"""a pouch says when it was opened

Expand only. A pouch that was opened before has no such moment: it stands in its chain, and the
list of today's openings, which asks for the moment, is one of that day alone.

Revision ID: 0043
Revises: 0042
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    op.add_column("pouches", sa.Column("opened_at", sa.DateTime()))


def downgrade() -> None:
    op.drop_column("pouches", "opened_at")

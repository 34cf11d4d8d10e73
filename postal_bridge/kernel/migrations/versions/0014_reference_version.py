"""how often reference data changed, so that processes may remember them

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    column = sa.Column("reference_version", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("home", column)


def downgrade() -> None:
    op.drop_column("home", "reference_version")

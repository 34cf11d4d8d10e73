"""what a gateway or card terminal kept for itself of a pay-out

Release 0035 leaves the column empty: it asks for no commission.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.add_column("parked_answers", sa.Column("commission_vnd", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("parked_answers", "commission_vnd")

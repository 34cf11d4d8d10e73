"""parked money that was a gateway's or card terminal's pay-out

Release 0030 leaves the column empty: it knows no pay-outs.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.add_column("parked_answers", sa.Column("payout_of", sa.String(80), nullable=True))


def downgrade() -> None:
    op.drop_column("parked_answers", "payout_of")

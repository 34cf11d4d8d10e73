"""parked money of which only a part is placed, the rest sent back

Release 0028 places the whole: it leaves the column empty, which says just that.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.add_column("parked_answers", sa.Column("placed_vnd", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("parked_answers", "placed_vnd")

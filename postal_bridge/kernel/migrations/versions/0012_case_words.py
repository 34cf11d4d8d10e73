"""who opened and who settled a case, and in what words

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("cases", sa.Column("opened_by", sa.String(120), nullable=True))
    op.add_column("cases", sa.Column("settled_by", sa.String(120), nullable=True))
    op.add_column("cases", sa.Column("words_sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    for name in ("words_sealed", "settled_by", "opened_by"):
        op.drop_column("cases", name)

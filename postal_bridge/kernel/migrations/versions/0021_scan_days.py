"""how much one person uploaded on a day

The release before neither reads nor writes it and keeps running.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "scan_days",
        sa.Column("uploaded_by", sa.String(120), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("scans", sa.BigInteger(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("uploaded_by", "day", name="pk_scan_days"),
    )


def downgrade() -> None:
    op.drop_table("scan_days")

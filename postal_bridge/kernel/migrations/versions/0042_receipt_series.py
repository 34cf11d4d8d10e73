"""a series of receipts belongs to one office

Expand only: the release before begins series without an office's number, which the index leaves
alone, as it leaves those of the years before.

Revision ID: 0042
Revises: 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"

OF_ONE_OFFICE = sa.text("series LIKE '%-%'")


def upgrade() -> None:
    op.create_index(
        "uq_receipt_series_series",
        "receipt_series",
        ["series"],
        unique=True,
        sqlite_where=OF_ONE_OFFICE,
        postgresql_where=OF_ONE_OFFICE,
    )


def downgrade() -> None:
    op.drop_index("uq_receipt_series_series", "receipt_series")

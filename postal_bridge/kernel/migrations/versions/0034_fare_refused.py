"""what a contract says of a fare refused at the door, kept with each delivery

Expand only: release 0033 neither reads nor writes it; what stood before is held, as it was.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    for table in ("links", "deliveries"):
        op.add_column(
            table,
            sa.Column("fare_refused", sa.String(20), nullable=False, server_default="hold"),
        )


def downgrade() -> None:
    for table in ("deliveries", "links"):
        op.drop_column(table, "fare_refused")

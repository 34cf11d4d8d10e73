"""the operator's own gazetteer of houses

Expand only: release 0024 neither reads nor writes it.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "houses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(420), nullable=False),
        sa.Column("commune_code", sa.String(10), nullable=False),
        sa.Column("address", sa.String(400), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("precision", sa.String(20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("data_status", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_houses"),
        sa.UniqueConstraint("key", name="uq_houses_key"),
    )


def downgrade() -> None:
    op.drop_table("houses")

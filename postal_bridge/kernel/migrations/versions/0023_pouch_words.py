"""what a person writes about a pouch stands sealed, and in no chain

The release before neither reads nor writes it and keeps running.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("pouches", sa.Column("words_sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("pouches", "words_sealed")

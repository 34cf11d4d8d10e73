"""how often a password was tried for one sign-in name

The release before neither reads nor writes it and keeps running.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "sign_in_tries",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_sign_in_tries"),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_sign_in_tries_tries")),
    )
    op.create_index("ix_sign_in_tries_since", "sign_in_tries", ["since"])


def downgrade() -> None:
    op.drop_table("sign_in_tries")

"""a second person who stands by a clerk's count from elsewhere

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "drawer_witnesses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("drawer_id", sa.Uuid(), nullable=False),
        sa.Column("count_no", sa.BigInteger(), nullable=False),
        sa.Column("witness", sa.String(80), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("tries >= 0", name="tries"),
        sa.ForeignKeyConstraint(
            ["drawer_id"], ["drawers.id"], name="fk_drawer_witnesses_drawer_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_drawer_witnesses"),
    )
    op.create_index("ix_drawer_witnesses_drawer_id", "drawer_witnesses", ["drawer_id"])
    op.add_column("drawers", sa.Column("second_person", sa.String(80), nullable=True))


def downgrade() -> None:
    op.drop_column("drawers", "second_person")
    op.drop_index("ix_drawer_witnesses_drawer_id", table_name="drawer_witnesses")
    op.drop_table("drawer_witnesses")

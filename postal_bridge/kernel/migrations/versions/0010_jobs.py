"""the keeper's lease and the schedule of periodic work

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "keeper_lease",
        sa.Column("only", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("holder", sa.String(80), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("only", name="pk_keeper_lease"),
        sa.CheckConstraint('"only" = 1', name=op.f("ck_keeper_lease_one_row")),
    )
    op.create_table(
        "schedule",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("definition", sa.String(64), nullable=False),
        sa.Column("clock", sa.String(20), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_schedule"),
        sa.CheckConstraint("clock IN ('business', 'machine')", name=op.f("ck_schedule_clock")),
    )


def downgrade() -> None:
    op.drop_table("schedule")
    op.drop_table("keeper_lease")

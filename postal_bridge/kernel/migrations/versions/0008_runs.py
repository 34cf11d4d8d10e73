"""runs with stops and plans

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=False),
        sa.Column("courier_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("leaves_at", sa.DateTime(), nullable=False),
        sa.Column("back_by", sa.DateTime(), nullable=False),
        sa.Column("published_by", sa.String(120), nullable=True),
        sa.Column("loaded_at", sa.DateTime(), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("cash_banked_vnd", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.ForeignKeyConstraint(["courier_id"], ["staff.id"], name="fk_runs_courier_id"),
        sa.ForeignKeyConstraint(["point_id"], ["service_points.id"], name="fk_runs_point_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["operating_units.id"], name="fk_runs_unit_id"),
    )
    op.create_index("ix_runs_courier_id_day", "runs", ["courier_id", "day"])
    op.create_index("ix_runs_unit_id_day", "runs", ["unit_id", "day"])
    op.create_index("uq_runs_point_id_day_no", "runs", ["point_id", "day", "no"], unique=True)
    op.create_table(
        "run_stops",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.Column("pouch_id", sa.Uuid(), nullable=True),
        sa.Column("dossier_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("planned_at", sa.DateTime(), nullable=True),
        sa.Column("leg_m", sa.BigInteger(), nullable=True),
        sa.Column("is_loaded", sa.Boolean(), nullable=False),
        sa.Column("called_at", sa.DateTime(), nullable=True),
        sa.Column("shown_at", sa.DateTime(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run_stops"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name="fk_run_stops_delivery_id"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_run_stops_run_id"),
        sa.CheckConstraint(
            "(kind = 'deliver') = (delivery_id IS NOT NULL)",
            name=op.f("ck_run_stops_deliver"),
        ),
    )
    op.create_index("ix_run_stops_delivery_id", "run_stops", ["delivery_id"])
    op.create_index("ix_run_stops_run_id_position", "run_stops", ["run_id", "position"])
    op.create_table(
        "run_plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by", sa.String(120), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("problem", sa.String(80), nullable=True),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("distance_m", sa.BigInteger(), nullable=True),
        sa.Column("duration_s", sa.BigInteger(), nullable=True),
        sa.Column("stops", sa.Text(), nullable=False),
        sa.Column("left_out", sa.Text(), nullable=False),
        sa.Column("ready_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run_plans"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_run_plans_run_id"),
    )
    op.create_index("ix_run_plans_run_id", "run_plans", ["run_id"])


def downgrade() -> None:
    for table in ("run_plans", "run_stops", "runs"):
        op.drop_table(table)

"""Rows of runs: columns and constraints only."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base, JsonText


class RunRow(Base):
    """One courier's way on one day, from one point and back."""

    __tablename__ = "runs"
    __table_args__ = (
        Index("uq_runs_point_id_day_no", "point_id", "day", "no", unique=True),
        Index("ix_runs_courier_id_day", "courier_id", "day"),
        Index("ix_runs_unit_id_day", "unit_id", "day"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("operating_units.id"))
    point_id: Mapped[UUID] = mapped_column(ForeignKey("service_points.id"))
    courier_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    day: Mapped[date]
    no: Mapped[int]
    status: Mapped[str] = mapped_column(String(20))
    leaves_at: Mapped[datetime]
    back_by: Mapped[datetime]
    published_by: Mapped[str | None] = mapped_column(String(120))
    loaded_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cash_banked_vnd: Mapped[int | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it)


class StopRow(Base):
    """One place on a run: deliver, collect, exchange or bank."""

    __tablename__ = "run_stops"
    __table_args__ = (
        CheckConstraint("(kind = 'deliver') = (delivery_id IS NOT NULL)", name="deliver"),
        Index("ix_run_stops_run_id_position", "run_id", "position"),
        Index("ix_run_stops_delivery_id", "delivery_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("runs.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    delivery_id: Mapped[UUID | None] = mapped_column(ForeignKey("deliveries.id"))
    pouch_id: Mapped[UUID | None]
    dossier_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(String(20))
    planned_at: Mapped[datetime | None]
    leg_m: Mapped[int | None]
    is_loaded: Mapped[bool] = mapped_column(default=False)
    called_at: Mapped[datetime | None]
    shown_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it)


class PlanRow(Base):
    """An order of stops that was asked for; a person publishes it or not."""

    __tablename__ = "run_plans"
    __table_args__ = (Index("ix_run_plans_run_id", "run_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("runs.id"))
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(20))
    problem: Mapped[str | None] = mapped_column(String(80))
    seed: Mapped[int]
    distance_m: Mapped[int | None]
    duration_s: Mapped[int | None]
    stops: Mapped[Any] = mapped_column(JsonText())
    left_out: Mapped[Any] = mapped_column(JsonText())
    ready_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it)

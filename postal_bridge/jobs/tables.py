"""Rows of the keeper: its one lease, and when periodic work is due next."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base


class KeeperLease(Base):
    """One row: which keeper acts. `token` grows with each new holder."""

    __tablename__ = "keeper_lease"
    __table_args__ = (CheckConstraint('"only" = 1', name="one_row"),)
    only: Mapped[int] = mapped_column(primary_key=True, default=1, autoincrement=False)
    holder: Mapped[str] = mapped_column(String(80))
    token: Mapped[int]
    lease_until: Mapped[datetime]


class ScheduleRow(Base):
    """A piece of periodic work and when it is due next, on the clock it names."""

    __tablename__ = "schedule"
    __table_args__ = (CheckConstraint("clock IN ('business', 'machine')", name="clock"),)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    definition: Mapped[str] = mapped_column(String(64))
    clock: Mapped[str] = mapped_column(String(20))
    next_at: Mapped[datetime]
    last_at: Mapped[datetime | None]

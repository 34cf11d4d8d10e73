"""Rows of a courier's cash on its way into a drawer: columns and constraints only.

Insert-only (triggers): hand_in_counts. Amounts are whole đồng.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base


class HandInRow(Base):
    """A courier's cash, offered to a clerk: two counts, one agreed sum, one difference."""

    __tablename__ = "hand_ins"
    __table_args__ = (
        CheckConstraint(
            "status IN ('offered', 'counted', 'accepted', 'withdrawn', 'refused')", name="status"
        ),
        CheckConstraint(
            "gap_status IN ('none', 'set_aside', 'accepted', 'contested', 'settled')",
            name="gap_status",
        ),
        CheckConstraint("offered_vnd >= 0 AND kept_vnd >= 0", name="amounts"),
        CheckConstraint(
            "gap_status IN ('accepted', 'settled') OR owed_vnd = 0", name="open_gap_is_not_owed"
        ),
        CheckConstraint(
            "status <> 'accepted' OR"
            " (counted_vnd IS NOT NULL AND counted_vnd = offered_vnd AND drawer_id IS NOT NULL)",
            name="two_sided",
        ),
        Index("ix_hand_ins_unit_id_status", "unit_id", "status"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    courier: Mapped[str] = mapped_column(String(80))
    unit_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(String(20))
    offered_vnd: Mapped[int]
    kept_vnd: Mapped[int]
    expected_vnd: Mapped[int]
    offered_at: Mapped[datetime]
    clerk: Mapped[str | None] = mapped_column(String(80))
    drawer_id: Mapped[UUID | None] = mapped_column(ForeignKey("drawers.id"))
    counted_vnd: Mapped[int | None]
    accepted_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None] = mapped_column(String(200))
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("journal_entries.id"))
    gap_vnd: Mapped[int] = mapped_column(default=0)
    gap_status: Mapped[str] = mapped_column(String(20), default="none")
    gap_reason: Mapped[str | None] = mapped_column(String(200))
    gap_answered_at: Mapped[datetime | None]
    gap_settled_at: Mapped[datetime | None]
    owed_vnd: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it so)


# A courier has one heap of cash on a counter at a time.
Index(
    "uq_hand_ins_courier_open",
    HandInRow.courier,
    unique=True,
    sqlite_where=HandInRow.status.in_(("offered", "counted")),
    postgresql_where=HandInRow.status.in_(("offered", "counted")),
)


class HandInCount(Base):
    """What one side counted, and when. A fact."""

    __tablename__ = "hand_in_counts"
    __table_args__ = (
        CheckConstraint("side IN ('courier', 'clerk')", name="side"),
        CheckConstraint("counted_vnd >= 0", name="counted"),
    )
    hand_in_id: Mapped[UUID] = mapped_column(ForeignKey("hand_ins.id"), primary_key=True)
    count_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    side: Mapped[str] = mapped_column(String(10))
    counted_vnd: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str | None] = mapped_column(String(200))

"""Rows of clerks' drawers: columns and constraints only. Insert-only (triggers): drawer_counts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base


class DrawerRow(Base):
    """A clerk's drawer for one shift."""

    __tablename__ = "drawers"
    __table_args__ = (
        CheckConstraint("float_vnd >= 0", name="float"),
        CheckConstraint("status IN ('open', 'counted', 'closed', 'contested')", name="status"),
        CheckConstraint("status <> 'contested' OR owed_vnd = 0", name="contested_is_not_owed"),
        Index("ix_drawers_unit_id_opened_at", "unit_id", "opened_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    clerk: Mapped[str] = mapped_column(String(80))
    unit_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(String(20))
    float_vnd: Mapped[int]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    expected_vnd: Mapped[int | None]
    counted_vnd: Mapped[int | None]
    owed_vnd: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None] = mapped_column(String(200))
    other_vnd: Mapped[int | None]
    explanation: Mapped[str | None] = mapped_column(String(200))
    second_person: Mapped[str | None] = mapped_column(String(80))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (as above)


Index(
    "uq_drawers_clerk_working",
    DrawerRow.clerk,
    unique=True,
    sqlite_where=DrawerRow.status.in_(("open", "counted")),
    postgresql_where=DrawerRow.status.in_(("open", "counted")),
)


class DrawerCount(Base):
    """What a clerk counted before seeing what was expected. A fact."""

    __tablename__ = "drawer_counts"
    __table_args__ = (CheckConstraint("counted_vnd >= 0", name="counted"),)
    drawer_id: Mapped[UUID] = mapped_column(ForeignKey("drawers.id"), primary_key=True)
    count_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    counted_vnd: Mapped[int]
    expected_vnd: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str | None] = mapped_column(String(200))
    other_vnd: Mapped[int | None]


class CorrectionRow(Base):
    """A reversal that touches a clerk's drawer: nothing happens before the clerk is shown it."""

    __tablename__ = "corrections"
    __table_args__ = (
        CheckConstraint("status IN ('proposed', 'shown', 'disputed', 'posted')", name="status"),
        CheckConstraint("status = 'proposed' OR shown_at IS NOT NULL", name="shown_first"),
        CheckConstraint("second_person <> proposed_by", name="two_people"),
        Index("ix_corrections_drawer_id", "drawer_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("journal_entries.id"))
    drawer_id: Mapped[UUID] = mapped_column(ForeignKey("drawers.id"))
    unit_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(200))
    proposed_by: Mapped[str] = mapped_column(String(120))
    second_person: Mapped[str] = mapped_column(String(120))
    proposed_at: Mapped[datetime]
    shown_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(String(20))
    posted_entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("journal_entries.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (as above)

"""Rows of second persons who stand by a clerk's count from elsewhere."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base


class DrawerWitness(Base):
    """A code that one person reads out to a clerk, for one count of one drawer."""

    __tablename__ = "drawer_witnesses"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries"),
        Index("ix_drawer_witnesses_drawer_id", "drawer_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    drawer_id: Mapped[UUID] = mapped_column(ForeignKey("drawers.id"))
    count_no: Mapped[int]
    witness: Mapped[str] = mapped_column(String(80))
    code_hash: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]

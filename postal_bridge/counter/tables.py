"""Rows of the counter: the forms that are being filled in."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base


class DraftRow(Base):
    """A citizen at the counter, with the form as far as it is filled in.

    The body is sealed under a data key of its own, which goes when the dossier is accepted
    or the draft is dropped.
    """

    __tablename__ = "counter_drafts"
    __table_args__ = (UniqueConstraint("point_id", "day", "number"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID]
    point_id: Mapped[UUID]
    staff_id: Mapped[str] = mapped_column(String(80))
    day: Mapped[date]
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    dossier_id: Mapped[UUID | None]
    opened_at: Mapped[datetime]
    saved_at: Mapped[datetime]

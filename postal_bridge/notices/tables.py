"""One row for each message to a person, unique for the action that caused it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base


class NoticeRow(Base):
    """What was sent about a dossier. The number and the words are not kept, only their kind.

    What was refused stands on its action.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("action_id", "party_id", name="uq_notices_action_id_party_id"),
        Index("ix_notices_dossier_id", "dossier_id"),
        Index("ix_notices_unit_id", "unit_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    action_id: Mapped[UUID]
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossiers.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("operating_units.id"))
    section_id: Mapped[UUID | None] = mapped_column(ForeignKey("sections.id"))
    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    channel: Mapped[str] = mapped_column(String(20))
    template: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(5))
    is_neutral: Mapped[bool]
    sent_at: Mapped[datetime]

"""Rows of items and their holders. Columns and constraints only."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base, JsonText

ONE_HOLDER = (
    "(holder_kind IS NOT NULL AND holder_id IS NOT NULL AND in_pouch_id IS NULL) OR "
    "(holder_kind IS NULL AND holder_id IS NULL AND in_pouch_id IS NOT NULL)"
)


class NumberBlock(Base):
    """A range of item numbers granted to a unit; `next_serial` only ever grows."""

    __tablename__ = "number_blocks"
    __table_args__ = (
        UniqueConstraint("prefix", "first", name="uq_number_blocks_prefix"),
        CheckConstraint("first <= last AND next_serial >= first", name="range"),
        Index("ix_number_blocks_unit_id", "unit_id", "prefix"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID]
    prefix: Mapped[str] = mapped_column(String(2))
    first: Mapped[int]
    last: Mapped[int]
    next_serial: Mapped[int]
    granted_at: Mapped[datetime]


class ItemRow(Base):
    """A thing that travels. Its holder is here, or is its pouch's: exactly one (C1)."""

    __tablename__ = "items"
    __table_args__ = (
        UniqueConstraint("number", name="uq_items_number"),
        CheckConstraint(ONE_HOLDER, name="one_holder"),
        Index("ix_items_dossier_id", "dossier_id"),
        Index("ix_items_in_pouch_id", "in_pouch_id"),
        Index("ix_items_holder_kind", "holder_kind", "holder_id"),
        Index("ix_items_unit_id", "unit_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(13))
    kind: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[UUID]
    section_id: Mapped[UUID | None]
    dossier_id: Mapped[UUID | None]
    weight_g: Mapped[int]
    seal_number: Mapped[str | None] = mapped_column(String(40))
    paper_list_digest: Mapped[str] = mapped_column(String(64))
    papers: Mapped[Any] = mapped_column(JsonText())
    holder_kind: Mapped[str | None] = mapped_column(String(20))
    holder_id: Mapped[str | None] = mapped_column(String(80))
    in_pouch_id: Mapped[UUID | None] = mapped_column(ForeignKey("items.id"))
    step_id: Mapped[UUID]
    offered_in: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it)


class PouchRow(Base):
    """What a pouch has beside being an item."""

    __tablename__ = "pouches"
    __table_args__ = (
        Index("ix_pouches_unit_id", "unit_id", "status"),
        Index("ix_pouches_section_id", "section_id", "status"),
    )
    id: Mapped[UUID] = mapped_column(ForeignKey("items.id"), primary_key=True)
    link_id: Mapped[UUID]
    point_id: Mapped[UUID]
    section_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    direction: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    tie_number: Mapped[str | None] = mapped_column(String(40))
    hand_over_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it)


class HandOverRow(Base):
    """One hand-over, offered and answered once."""

    __tablename__ = "hand_overs"
    __table_args__ = (
        CheckConstraint("status IN ('offered', 'accepted', 'declined')", name="status"),
        CheckConstraint("(status = 'offered') = (answered_at IS NULL)", name="answered"),
        Index("ix_hand_overs_receiver_kind", "receiver_kind", "receiver_id", "status"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(20))
    giver_kind: Mapped[str] = mapped_column(String(20))
    giver_id: Mapped[str] = mapped_column(String(80))
    receiver_kind: Mapped[str] = mapped_column(String(20))
    receiver_id: Mapped[str] = mapped_column(String(80))
    place: Mapped[str]
    unit_id: Mapped[UUID]
    to_unit_id: Mapped[UUID | None]
    section_id: Mapped[UUID | None]
    is_to_self: Mapped[bool]
    offered_by: Mapped[str] = mapped_column(String(120))
    answered_by: Mapped[str | None] = mapped_column(String(120))
    offered_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it)


class HandOverItem(Base):
    """Which items a hand-over speaks of, and which custody step it follows for each."""

    __tablename__ = "hand_over_items"
    __table_args__ = (Index("ix_hand_over_items_item_id", "item_id"),)
    hand_over_id: Mapped[UUID] = mapped_column(ForeignKey("hand_overs.id"), primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"), primary_key=True)
    follows: Mapped[UUID]


class RecountRow(Base):
    """One count of what lies in an item, the first at its registration. Insert-only."""

    __tablename__ = "recounts"
    __table_args__ = (UniqueConstraint("item_id", "ordinal", name="uq_recounts_item_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    ordinal: Mapped[int]
    step_id: Mapped[UUID]
    counted: Mapped[Any] = mapped_column(JsonText())
    matches: Mapped[bool]
    case_id: Mapped[UUID | None]
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))


class CaseRow(Base):
    """A difference somebody must answer for."""

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'settled')", name="status"),
        Index("ix_cases_unit_id", "unit_id", "status"),
        Index("ix_cases_item_id", "item_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    unit_id: Mapped[UUID]
    section_id: Mapped[UUID | None]
    dossier_id: Mapped[UUID | None]
    from_step_id: Mapped[UUID]
    to_step_id: Mapped[UUID]
    difference: Mapped[Any] = mapped_column(JsonText())
    opened_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(80))
    opened_by: Mapped[str | None] = mapped_column(String(120))
    settled_by: Mapped[str | None] = mapped_column(String(120))
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it)

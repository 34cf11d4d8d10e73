"""Rows of dossiers. Columns and constraints only."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base, JsonText


class AcceptanceUnit(Base):
    """The short number of a post's unit inside acceptance numbers."""

    __tablename__ = "acceptance_units"
    __table_args__ = (UniqueConstraint("unit_no", name="uq_acceptance_units_unit_no"),)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("operating_units.id"), primary_key=True)
    unit_no: Mapped[int]


class AcceptanceDay(Base):
    """How far a unit's acceptance numbers have come on a day."""

    __tablename__ = "acceptance_days"
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("operating_units.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last_no: Mapped[int]


class DossierRow(Base):
    """One application. The dates follow from its stream and are written by one function."""

    __tablename__ = "dossiers"
    __table_args__ = (
        UniqueConstraint("acceptance_number", name="uq_dossiers_acceptance_number"),
        UniqueConstraint("dossier_code", name="uq_dossiers_dossier_code"),
        CheckConstraint("sets > 0", name="sets"),
        CheckConstraint("mode IN ('carrier', 'seated')", name="mode"),
        Index("ix_dossiers_unit_id", "unit_id", "status"),
        Index("ix_dossiers_section_id", "section_id", "status"),
        Index("ix_dossiers_point_id", "point_id", "opened_at"),
        Index("ix_dossiers_due_at", "due_at"),
        Index("ix_dossiers_opened_at", "opened_at"),
        Index("ix_dossiers_erased_at", "erased_at", "closed_at", "acceptance_number"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    acceptance_number: Mapped[str] = mapped_column(String(40))
    dossier_code: Mapped[str | None] = mapped_column(String(64))
    procedure_id: Mapped[UUID] = mapped_column(ForeignKey("procedures.id"))
    link_id: Mapped[UUID] = mapped_column(ForeignKey("links.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("operating_units.id"))
    point_id: Mapped[UUID] = mapped_column(ForeignKey("service_points.id"))
    section_id: Mapped[UUID] = mapped_column(ForeignKey("sections.id"))
    competent_section_id: Mapped[UUID] = mapped_column(ForeignKey("sections.id"))
    returning_section_id: Mapped[UUID] = mapped_column(ForeignKey("sections.id"))
    channel: Mapped[str] = mapped_column(String(20))
    service_form: Mapped[str] = mapped_column(String(20))
    mode: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(30))
    sets: Mapped[int]
    result_kind: Mapped[str] = mapped_column(String(20))
    document_class: Mapped[str] = mapped_column(String(20))
    result_number: Mapped[str | None] = mapped_column(String(80))
    opened_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it)


class DossierPaper(Base):
    """One line of a tally. The newest round holds; none is changed. Insert-only."""

    __tablename__ = "dossier_papers"
    __table_args__ = (CheckConstraint("originals >= 0 AND copies >= 0", name="counts"),)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    paper_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tally: Mapped[str] = mapped_column(String(20), primary_key=True)
    originals: Mapped[int]
    copies: Mapped[int]
    sheets: Mapped[int]


class ScanRow(Base):
    __tablename__ = "scans"
    __table_args__ = (Index("ix_scans_dossier_id", "dossier_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossiers.id"))
    paper_no: Mapped[int]
    blob_id: Mapped[UUID] = mapped_column(ForeignKey("blobs.id"))
    pages: Mapped[int]
    at: Mapped[datetime]


class ScanDay(Base):
    """What one person uploaded on a day of the machine clock."""

    __tablename__ = "scan_days"
    uploaded_by: Mapped[str] = mapped_column(String(120), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    scans: Mapped[int]
    size_bytes: Mapped[int]


class SignatureRow(Base):
    """Who signed the paper list, and how."""

    __tablename__ = "signatures"
    __table_args__ = (Index("ix_signatures_dossier_id", "dossier_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossiers.id"))
    role: Mapped[str] = mapped_column(String(20))
    form: Mapped[str] = mapped_column(String(20))
    blob_id: Mapped[UUID | None] = mapped_column(ForeignKey("blobs.id"))
    witness: Mapped[bytes | None] = mapped_column(LargeBinary)
    round: Mapped[int]
    actor: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]


class UndoRow(Base):
    """Somebody asks that the last move of a dossier or its delivery did not count."""

    __tablename__ = "undos"
    __table_args__ = (
        CheckConstraint("status IN ('asked', 'approved', 'declined')", name="status"),
        CheckConstraint("answered_by IS NULL OR answered_by <> asked_by", name="another"),
        Index("ix_undos_dossier_id", "dossier_id"),
        Index("ix_undos_status", "status"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossiers.id"))
    delivery_id: Mapped[UUID | None]
    record_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(String(40))
    seq: Mapped[int]
    status: Mapped[str] = mapped_column(String(20))
    words: Mapped[bytes] = mapped_column(LargeBinary)
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime]
    answered_by: Mapped[str | None] = mapped_column(String(120))
    answered_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it)


class NoteRow(Base):
    """An agency's own words about a dossier, under the dossier's key."""

    __tablename__ = "dossier_notes"
    __table_args__ = (
        Index("ix_dossier_notes_dossier_id", "dossier_id"),
        Index("ix_dossier_notes_kind", "kind"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossiers.id"))
    kind: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(40))
    papers: Mapped[Any] = mapped_column(JsonText())
    text: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime]


class LegalHoldRow(Base):
    """While it stands nothing of the dossier is erased. The reason is under the dossier's key."""

    __tablename__ = "legal_holds"
    __table_args__ = (Index("ix_legal_holds_dossier_id", "dossier_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossiers.id"))
    reason: Mapped[bytes] = mapped_column(LargeBinary)
    put_by: Mapped[str] = mapped_column(String(120))
    put_at: Mapped[datetime]
    lifted_by: Mapped[str | None] = mapped_column(String(120))
    lifted_at: Mapped[datetime | None]

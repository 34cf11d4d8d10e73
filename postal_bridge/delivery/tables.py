"""Rows of deliveries: columns and constraints only.

Attempts, invitations, proofs and refused reports are facts: added, never changed; spots of doors
are none. What the citizen wrote and where he lives stands sealed under the dossier's key.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base, JsonText


class DeliveryRow(Base):
    """One result on its way to one person."""

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("attempts_used >= 0", name="attempts_used"),
        CheckConstraint("take_back_papers >= 0", name="take_back_papers"),
        CheckConstraint(
            "(window_from IS NULL) = (window_until IS NULL) "
            "AND (window_from IS NULL OR window_from < window_until)",
            name="window",
        ),
        Index("ix_deliveries_dossier_id", "dossier_id"),
        Index("ix_deliveries_unit_id_status", "unit_id", "status"),
        Index("ix_deliveries_section_id_status", "section_id", "status"),
        Index("ix_deliveries_item_id", "item_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossiers.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("operating_units.id"))
    point_id: Mapped[UUID] = mapped_column(ForeignKey("service_points.id"))
    section_id: Mapped[UUID | None] = mapped_column(ForeignKey("sections.id"))
    item_id: Mapped[UUID | None] = mapped_column(ForeignKey("items.id"))
    quote_id: Mapped[UUID | None] = mapped_column(ForeignKey("quotes.id"))
    recipient_party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    courier_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    label: Mapped[str] = mapped_column(String(20), unique=True)
    place: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(30))
    status_at: Mapped[datetime]
    who_may_receive: Mapped[str] = mapped_column(String(30))
    document_class: Mapped[str] = mapped_column(String(30))
    proof_demanded: Mapped[int | None]
    fare_refused: Mapped[str] = mapped_column(String(20), default="hold", server_default="hold")
    clearance: Mapped[str | None] = mapped_column(String(30))
    window_from: Mapped[datetime | None]
    window_until: Mapped[datetime | None]
    take_back_papers: Mapped[int] = mapped_column(default=0)
    is_return_wanted: Mapped[bool]
    attempts_used: Mapped[int] = mapped_column(default=0)
    door_fee_vnd: Mapped[int] = mapped_column(default=0, server_default="0")
    held_until: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]
    parked_until: Mapped[datetime | None]
    parked_reason: Mapped[str | None] = mapped_column(String(30))
    position_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it)


class AttemptRow(Base):
    """A visit that failed, with what proves it. Insert-only."""

    __tablename__ = "delivery_attempts"
    __table_args__ = (Index("ix_delivery_attempts_delivery_id", "delivery_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(30))
    next_step: Mapped[str] = mapped_column(String(30))
    is_verified: Mapped[bool]
    is_counted: Mapped[bool]
    missing: Mapped[Any] = mapped_column(JsonText())
    distance_m: Mapped[int | None]
    dwell_s: Mapped[int]
    was_called: Mapped[bool]
    no_fix_reason: Mapped[str | None] = mapped_column(String(30))
    fix_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    photo_blob_id: Mapped[UUID | None]


class InvitationRow(Base):
    """The recipient was invited to collect. Insert-only."""

    __tablename__ = "delivery_invitations"
    __table_args__ = (
        Index("uq_delivery_invitations_delivery_id_no", "delivery_id", "no", unique=True),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"))
    no: Mapped[int]
    invited_at: Mapped[datetime]
    invited_on: Mapped[date]
    actor: Mapped[str] = mapped_column(String(120))


class ProofRow(Base):
    """What proves a hand-over, or a claim of one. Insert-only."""

    __tablename__ = "delivery_proofs"
    __table_args__ = (Index("ix_delivery_proofs_delivery_id", "delivery_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    level: Mapped[int]
    receiver: Mapped[str | None] = mapped_column(String(30))
    party_id: Mapped[UUID | None]
    signature: Mapped[str | None] = mapped_column(String(30))
    evidence: Mapped[Any] = mapped_column(JsonText())
    who_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    fix_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    distance_m: Mapped[int | None]
    location: Mapped[str] = mapped_column(String(30))
    signature_blob_id: Mapped[UUID | None]
    witness_blob_id: Mapped[UUID | None]
    photo_blob_id: Mapped[UUID | None]
    carrier_ref: Mapped[str | None] = mapped_column(String(80))


class DoorSpotRow(Base):
    """Where a door is, as one good hand-over showed it. No fact: gone with its consent."""

    __tablename__ = "door_spots"
    __table_args__ = (
        UniqueConstraint("delivery_id", name="uq_door_spots_delivery_id"),
        Index("ix_door_spots_blind", "blind"),
        Index("ix_door_spots_dossier_id", "dossier_id"),
        Index("ix_door_spots_kept_until", "kept_until"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossiers.id"))
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"))
    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consents.id"))
    blind: Mapped[str] = mapped_column(String(100))
    spot_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    handed_over_on: Mapped[date]
    kept_until: Mapped[datetime]


class DisputeRow(Base):
    """Somebody says: delivered, but not to me."""

    __tablename__ = "delivery_disputes"
    __table_args__ = (Index("ix_delivery_disputes_delivery_id", "delivery_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"))
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(30))
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    answer_due_at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(String(30))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(120))
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it)


class RefusedReportRow(Base):
    """What a courier reported of a door and the service refused. Insert-only: it moved nothing."""

    __tablename__ = "refused_reports"
    __table_args__ = (
        CheckConstraint("kind IN ('handed_over', 'failed', 'left_out', 'called')", name="kind"),
        Index("ix_refused_reports_delivery_id", "delivery_id"),
        Index("ix_refused_reports_unit_id", "unit_id", "created_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"))
    dossier_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(30))
    made_at: Mapped[datetime]
    created_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    row_hash: Mapped[str | None] = mapped_column(String(64))
    said_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    mark_blob_id: Mapped[UUID | None]
    witness_blob_id: Mapped[UUID | None]
    photo_blob_id: Mapped[UUID | None]

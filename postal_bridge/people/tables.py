"""Rows of people: columns and constraints only.

Personal fields of citizens are sealed (LargeBinary) under their dossier's key; a plain column
here never names a citizen. `dossier_id` points to a higher room and is no foreign key.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base, JsonText, ReferenceRow


class StaffRow(ReferenceRow):
    __tablename__ = "staff"
    __table_args__ = (
        UniqueConstraint("login", name="uq_staff_login"),
        CheckConstraint("kind IN ('post', 'agency', 'operator')", name="kind"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80))
    display_name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it from the class)


class AssignmentRow(ReferenceRow):
    """Employer, seat and scope of a person between two days, both included."""

    __tablename__ = "assignments"
    __table_args__ = (
        Index("ix_assignments_staff_id", "staff_id"),
        Index("ix_assignments_scope_unit_id", "scope_unit_id"),
        CheckConstraint(
            "role IN ('clerk', 'courier', 'officer', 'supervisor', 'operator')", name="role"
        ),
        CheckConstraint(
            "scope_unit_id IS NOT NULL OR seat_section_id IS NOT NULL", name="has_scope"
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    role: Mapped[str] = mapped_column(String(20))
    employer_unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("operating_units.id"))
    seat_point_id: Mapped[UUID | None] = mapped_column(ForeignKey("service_points.id"))
    seat_section_id: Mapped[UUID | None] = mapped_column(ForeignKey("sections.id"))
    scope_unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("operating_units.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(120))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(120))


class DeviceRow(Base):
    __tablename__ = "devices"
    __table_args__ = (CheckConstraint("state IN ('active', 'locked')", name="state"),)
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("operating_units.id"))
    kind: Mapped[str] = mapped_column(String(20))
    label: Mapped[str]
    state: Mapped[str] = mapped_column(String(20))
    registered_at: Mapped[datetime]
    registered_by: Mapped[str] = mapped_column(String(120))
    changed_at: Mapped[datetime | None]
    changed_by: Mapped[str | None] = mapped_column(String(120))


class SessionRow(Base):
    """A sign-in. Machine clock; only the token's HMAC stands here."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index("ix_sessions_staff_id", "staff_id"),
        Index("ix_sessions_expires_at", "expires_at"),
    )
    token_hash: Mapped[str] = mapped_column(String(100), primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    device_id: Mapped[str | None] = mapped_column(ForeignKey("devices.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInTriesRow(Base):
    """Tries of one sign-in name from one side; `name` is an HMAC. Machine clock."""

    __tablename__ = "sign_in_tries"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries"),
        Index("ix_sign_in_tries_since", "since"),
    )
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    tries: Mapped[int]
    since: Mapped[datetime]


class ApiKeyRow(Base):
    __tablename__ = "api_keys"
    __table_args__ = (
        UniqueConstraint("key_hash", name="uq_api_keys_key_hash"),
        CheckConstraint("unit_id IS NOT NULL OR section_id IS NOT NULL", name="has_scope"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    key_hash: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[Any] = mapped_column(JsonText())
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("operating_units.id"))
    section_id: Mapped[UUID | None] = mapped_column(ForeignKey("sections.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(120))
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class OneTimeCodeRow(Base):
    """A code of six digits: salted, peppered, slow. Machine clock."""

    __tablename__ = "one_time_codes"
    __table_args__ = (
        Index("ix_one_time_codes_purpose_subject_id", "purpose", "subject_id"),
        CheckConstraint("purpose IN ('hand_over', 'sign_in')", name="purpose"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[UUID]
    dossier_id: Mapped[UUID]
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    code_hash: Mapped[str] = mapped_column(String(100))
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_try_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]


class PartyRow(Base):
    """A person of one dossier. Name, phone, address and ID number stand here only, sealed."""

    __tablename__ = "parties"
    __table_args__ = (
        Index("ix_parties_dossier_id", "dossier_id"),
        CheckConstraint(
            "role IN ('owner', 'submitter', 'payer', 'recipient', 'proxy', 'may_receive')",
            name="role",
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    dossier_id: Mapped[UUID]
    role: Mapped[str] = mapped_column(String(20))
    full_name: Mapped[bytes] = mapped_column(LargeBinary)
    phone: Mapped[bytes | None] = mapped_column(LargeBinary)
    is_phone_shared: Mapped[bool]
    id_number: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_kind: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[bytes | None] = mapped_column(LargeBinary)
    address_text: Mapped[bytes | None] = mapped_column(LargeBinary)
    commune_code: Mapped[str | None] = mapped_column(String(10))
    relation: Mapped[bytes | None] = mapped_column(LargeBinary)
    authority_until: Mapped[date | None]
    authority_scope: Mapped[bytes | None] = mapped_column(LargeBinary)
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(120))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it from the class)


class PartyIndexRow(Base):
    """How a person is found again: HMAC of a normalised phone or ID number."""

    __tablename__ = "party_index"
    __table_args__ = (
        Index("ix_party_index_blind", "blind"),
        Index("ix_party_index_dossier_id", "dossier_id"),
    )
    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    blind: Mapped[str] = mapped_column(String(100))
    dossier_id: Mapped[UUID]


class ConsentRow(Base):
    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_dossier_id", "dossier_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    dossier_id: Mapped[UUID]
    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    purpose: Mapped[str] = mapped_column(String(60))
    text_version: Mapped[str] = mapped_column(String(60))
    channel: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime]
    taken_by: Mapped[str] = mapped_column(String(120))
    withdrawn_at: Mapped[datetime | None]


class LookRow(Base):
    """Somebody opened a dossier's personal data. Insert-only (design S4)."""

    __tablename__ = "looks"
    __table_args__ = (Index("ix_looks_dossier_id_at", "dossier_id", "at"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    dossier_id: Mapped[UUID]
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str] = mapped_column(String(120))
    device_id: Mapped[str | None] = mapped_column(String(40))
    unit_id: Mapped[UUID | None]
    section_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(String(60))


class CitizenLinkRow(Base):
    """The link on a slip: at least 128 random bits, kept as HMAC only (design S2)."""

    __tablename__ = "citizen_links"
    __table_args__ = (Index("ix_citizen_links_dossier_id", "dossier_id"),)
    token_hash: Mapped[str] = mapped_column(String(100), primary_key=True)
    dossier_id: Mapped[UUID]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

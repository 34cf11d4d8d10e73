"""Rows of the directory: columns and constraints only.

`key` is how files name a row. `origin` tells rows of the release from those an operator
imported, which a new release leaves alone. `data_status` and `source` say how sure a row is.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base, JsonText, ReferenceRow


class Dated:
    """Both days belong to the period; NULL is open."""

    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class Sourced:
    origin: Mapped[str] = mapped_column(String(20), default="shipped")
    source: Mapped[str] = mapped_column(Text, default="")
    data_status: Mapped[str] = mapped_column(String(20), default="sample")


class Serving:
    """What a place offers whoever comes. Empty lists: nobody has said."""

    cut_off: Mapped[str] = mapped_column(String(200), default="")
    abilities: Mapped[Any] = mapped_column(JsonText(), default=list)
    accessibility: Mapped[Any] = mapped_column(JsonText(), default=list)


class OperatingUnitRow(Dated, Sourced, ReferenceRow):
    __tablename__ = "operating_units"
    __table_args__ = (
        UniqueConstraint("key", name="uq_operating_units_key"),
        Index("ix_operating_units_parent_id", "parent_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("operating_units.id"))
    level: Mapped[str] = mapped_column(String(20))
    name_vi: Mapped[str]
    name_en: Mapped[str]
    old_unit_code: Mapped[str | None] = mapped_column(String(10))
    new_unit_code: Mapped[str | None] = mapped_column(String(10))
    succeeds: Mapped[str | None] = mapped_column(String(80))


class AgencyRow(Dated, Sourced, ReferenceRow):
    __tablename__ = "agencies"
    __table_args__ = (UniqueConstraint("key", name="uq_agencies_key"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    level: Mapped[str] = mapped_column(String(20))
    name_vi: Mapped[str]
    name_en: Mapped[str]
    old_unit_code: Mapped[str | None] = mapped_column(String(10))
    new_unit_code: Mapped[str | None] = mapped_column(String(10))
    succeeds: Mapped[str | None] = mapped_column(String(80))


class SectionRow(Dated, Serving, Sourced, ReferenceRow):
    __tablename__ = "sections"
    __table_args__ = (
        UniqueConstraint("key", name="uq_sections_key"),
        CheckConstraint("first_number >= 1", name="first_number"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    name_vi: Mapped[str]
    name_en: Mapped[str]
    old_commune_code: Mapped[str | None] = mapped_column(String(10))
    new_commune_code: Mapped[str | None] = mapped_column(String(10))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    precision: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(400))
    hotline: Mapped[str] = mapped_column(String(40))
    mailbox: Mapped[str]
    hours: Mapped[str]
    code_prefix: Mapped[str] = mapped_column(String(40))
    first_number: Mapped[int] = mapped_column(default=1)
    succeeds: Mapped[str | None] = mapped_column(String(80))


class SectionDayNumber(Base):
    """The last number of a day in a section's dossier codes."""

    __tablename__ = "section_day_numbers"
    section_id: Mapped[UUID] = mapped_column(ForeignKey("sections.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last_number: Mapped[int]


class ServicePointRow(Dated, Serving, Sourced, ReferenceRow):
    __tablename__ = "service_points"
    __table_args__ = (
        UniqueConstraint("key", name="uq_service_points_key"),
        Index("ix_service_points_unit_id", "unit_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("operating_units.id"))
    kind: Mapped[str] = mapped_column(String(20))
    name_vi: Mapped[str]
    name_en: Mapped[str]
    old_commune_code: Mapped[str | None] = mapped_column(String(10))
    new_commune_code: Mapped[str | None] = mapped_column(String(10))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    precision: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(400))
    hours: Mapped[str]
    hotline: Mapped[str] = mapped_column(String(40))
    succeeds: Mapped[str | None] = mapped_column(String(80))


class LinkRow(Dated, Sourced, ReferenceRow):
    __tablename__ = "links"
    __table_args__ = (
        UniqueConstraint("key", name="uq_links_key"),
        Index("ix_links_point_id", "point_id"),
        Index("ix_links_section_id", "section_id"),
        CheckConstraint("acceptance_mode IN ('carrier', 'seated')", name="acceptance_mode"),
        CheckConstraint("status IN ('proposed', 'active', 'suspended', 'ended')", name="status"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    section_id: Mapped[UUID] = mapped_column(ForeignKey("sections.id"))
    point_id: Mapped[UUID] = mapped_column(ForeignKey("service_points.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("operating_units.id"))
    acceptance_mode: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), default="active")
    service_forms: Mapped[Any] = mapped_column(JsonText())
    transport_days: Mapped[Any] = mapped_column(JsonText())
    departures: Mapped[Any] = mapped_column(JsonText())
    transit_h: Mapped[int | None]
    digitised_at: Mapped[str] = mapped_column(String(20), default="")
    proof_demanded: Mapped[str] = mapped_column(String(40))
    who_may_receive: Mapped[str | None] = mapped_column(String(20))
    fare_refused: Mapped[str] = mapped_column(String(20), default="hold", server_default="hold")
    fare_borne: Mapped[Any] = mapped_column(JsonText(), default=list, server_default="[]")
    return_instruction: Mapped[str] = mapped_column(Text, default="")
    fee_channel: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it from the class)


class LinkProcedureRow(ReferenceRow):
    __tablename__ = "link_procedures"
    link_id: Mapped[UUID] = mapped_column(ForeignKey("links.id"), primary_key=True)
    procedure_id: Mapped[UUID] = mapped_column(ForeignKey("procedures.id"), primary_key=True)


class ProcedureRow(Sourced, ReferenceRow):
    __tablename__ = "procedures"
    __table_args__ = (
        UniqueConstraint("key", name="uq_procedures_key"),
        UniqueConstraint("code", name="uq_procedures_code"),
        CheckConstraint("time_limit_days >= 0 AND time_limit_hours >= 0", name="time_limit"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    code: Mapped[str] = mapped_column(String(60))
    name_vi: Mapped[str] = mapped_column(String(400))
    name_en: Mapped[str] = mapped_column(String(400))
    sector_vi: Mapped[str]
    sector_en: Mapped[str]
    level_old: Mapped[str] = mapped_column(String(20))
    level_new: Mapped[str] = mapped_column(String(20))
    time_limit_days: Mapped[int]
    time_limit_hours: Mapped[int]
    is_same_day: Mapped[bool]
    bcci_allowed: Mapped[bool]
    online_only_from: Mapped[date | None]
    result_kind: Mapped[str] = mapped_column(String(20))
    document_class: Mapped[str] = mapped_column(String(20))
    who_may_receive: Mapped[str] = mapped_column(String(20))


class ProcedurePaperRow(Dated, Sourced, ReferenceRow):
    __tablename__ = "procedure_papers"
    __table_args__ = (
        UniqueConstraint("key", name="uq_procedure_papers_key"),
        Index("ix_procedure_papers_procedure_id", "procedure_id"),
        CheckConstraint(
            "originals >= 0 AND certified_copies >= 0 AND photocopies >= 0", name="counts"
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    procedure_id: Mapped[UUID] = mapped_column(ForeignKey("procedures.id"))
    no: Mapped[int]
    name_vi: Mapped[str] = mapped_column(String(400))
    name_en: Mapped[str] = mapped_column(String(400))
    is_required: Mapped[bool]
    originals: Mapped[int]
    certified_copies: Mapped[int]
    photocopies: Mapped[int]
    default_tally: Mapped[str] = mapped_column(String(20))


class ProcedureFeeRow(Dated, Sourced, ReferenceRow):
    __tablename__ = "procedure_fees"
    __table_args__ = (
        UniqueConstraint("key", name="uq_procedure_fees_key"),
        Index("ix_procedure_fees_procedure_id", "procedure_id"),
        CheckConstraint("kind IN ('phi', 'le_phi')", name="kind"),
        CheckConstraint("amount_vnd >= 0", name="amount_vnd"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    procedure_id: Mapped[UUID] = mapped_column(ForeignKey("procedures.id"))
    kind: Mapped[str] = mapped_column(String(20))
    name_vi: Mapped[str] = mapped_column(String(400))
    name_en: Mapped[str] = mapped_column(String(400))
    amount_vnd: Mapped[int]
    per: Mapped[str] = mapped_column(String(20))


class CompetenceRow(Dated, Sourced, ReferenceRow):
    """Which agency decides on what a section takes in."""

    __tablename__ = "competences"
    __table_args__ = (
        UniqueConstraint("key", name="uq_competences_key"),
        Index("ix_competences_section_id_procedure_id", "section_id", "procedure_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200))
    section_id: Mapped[UUID] = mapped_column(ForeignKey("sections.id"))
    procedure_id: Mapped[UUID] = mapped_column(ForeignKey("procedures.id"))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))


class CarrierUnitRow(Dated, Sourced, ReferenceRow):
    """A carrier's own number for a unit of the state, which its orders still want."""

    __tablename__ = "carrier_units"
    __table_args__ = (
        UniqueConstraint("key", name="uq_carrier_units_key"),
        CheckConstraint("era IN ('old', 'new')", name="era"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    carrier: Mapped[str] = mapped_column(String(80))
    era: Mapped[str] = mapped_column(String(10))
    unit_code: Mapped[str] = mapped_column(String(10))
    number: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200), default="")


class HouseRow(Dated, Sourced, Base):
    """One house or street of the operator's own gazetteer."""

    __tablename__ = "houses"
    __table_args__ = (UniqueConstraint("key", name="uq_houses_key"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(420))
    commune_code: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(400))
    lat: Mapped[float]
    lon: Mapped[float]
    precision: Mapped[str] = mapped_column(String(20))


class DirectoryChangeRow(Base):
    """What one import, edit or move did to one row: a fact, never changed."""

    __tablename__ = "directory_changes"
    __table_args__ = (Index("ix_directory_changes_kind_key", "kind", "key"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(200))
    what: Mapped[str] = mapped_column(String(20))
    differences: Mapped[Any] = mapped_column(JsonText())
    actor: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]


class RegisterChangeRow(ReferenceRow):
    """One import, or one load of the release's files: what came in, from whom, when."""

    __tablename__ = "register_changes"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    added: Mapped[int]
    changed: Mapped[int]
    actor: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]


class ServiceAreaSetRow(ReferenceRow):
    """From `valid_from` the service areas in `published/<snapshot_id>` decide. A fact."""

    __tablename__ = "service_area_sets"
    __table_args__ = (CheckConstraint("number > 0", name="number"),)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    snapshot_id: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date]
    published_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))

"""What other rooms and floors see of the directory: frozen values, never rows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from postal_bridge.directory.rules import (
    AcceptanceMode,
    FareRefused,
    FeeChannel,
    FeeKind,
    LinkStatus,
    ResultKind,
)


@dataclass(frozen=True, slots=True)
class UnitView:
    """An operating unit of the post. `commune_code` is a province's or district's code above."""

    id: UUID
    key: str
    level: str
    name: str
    commune_code: str | None
    parent_id: UUID | None
    name_en: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class AgencyView:
    id: UUID
    key: str
    level: str
    name: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class SectionView:
    """A one-stop section.

    `agency_header`: the two lines that head the agency's forms. `code_prefix`: its identifier
    in dossier codes.
    """

    id: UUID
    key: str
    name: str
    agency_id: UUID
    agency_name: str
    agency_header: tuple[str, str]
    commune_code: str | None
    hotline: str
    mailbox: str
    address: str
    code_prefix: str
    hours: str = ""
    lat: float | None = None
    lon: float | None = None
    name_en: str = ""
    agency_name_en: str = ""
    cut_off: str = ""
    abilities: tuple[str, ...] = ()
    accessibility: tuple[str, ...] = ()
    precision: str = ""


@dataclass(frozen=True, slots=True)
class PointView:
    """A place of the post where people are served.

    `services`: what its links of the day allow. `cut_off`: what is handed in before leaves
    the same day, as "Mon-Fri 15:30; Sat 10:30". `abilities`, `accessibility`: empty where nobody
    has said.
    """

    id: UUID
    key: str
    unit_id: UUID
    name: str
    kind: str
    commune_code: str | None
    lat: float | None
    lon: float | None
    hours: str
    hotline: str
    address: str
    services: tuple[str, ...]
    name_en: str = ""
    cut_off: str = ""
    abilities: tuple[str, ...] = ()
    accessibility: tuple[str, ...] = ()
    precision: str = ""


@dataclass(frozen=True, slots=True)
class LinkView:
    """What one section and one point have agreed on.

    Attributes
    ----------
    transit_h : working hours a pouch may take; None where nothing travels
    transport_days : ISO weekdays, Monday is 1
    departures : times of day as "HH:MM"
    fare_borne : keys of the procedures whose fare the section bears instead of the citizen
    """

    id: UUID
    section_id: UUID
    point_id: UUID
    unit_id: UUID
    acceptance_mode: AcceptanceMode
    procedure_ids: frozenset[UUID]
    transit_h: int | None
    transport_days: tuple[int, ...]
    departures: tuple[str, ...]
    proof_demanded: str
    who_may_receive: str | None
    return_instruction: str
    valid_from: date | None
    valid_to: date | None
    status: LinkStatus
    key: str = ""
    service_forms: frozenset[str] = frozenset()
    fee_channel: FeeChannel = FeeChannel.POST_ACCOUNT
    digitised_at: str = ""
    fare_refused: FareRefused = FareRefused.HOLD
    fare_borne: frozenset[str] = frozenset()

    @property
    def departure(self) -> str | None:
        """The first pouch of the day."""
        return self.departures[0] if self.departures else None


@dataclass(frozen=True, slots=True)
class PaperSpec:
    """One line of a procedure's published list, with how many of each kind it asks for."""

    no: int
    name_vi: str
    name_en: str
    is_required: bool
    originals: int
    certified_copies: int
    photocopies: int
    default_tally: str

    @property
    def copies(self) -> int:
        return self.certified_copies + self.photocopies


@dataclass(frozen=True, slots=True)
class FeeSpec:
    """An agency's fee. `per`: what the amount counts, as dossier, copy or page."""

    code: str
    name_vi: str
    name_en: str
    kind: FeeKind
    amount_vnd: int
    channel: FeeChannel
    per: str = "dossier"


@dataclass(frozen=True, slots=True)
class ProcedureView:
    id: UUID
    code: str
    name_vi: str
    name_en: str
    sector_vi: str
    sector_en: str
    level: str
    time_limit_days: int
    time_limit_hours: int
    is_same_day: bool
    bcci_allowed: bool
    online_only_from: date | None
    result_kind: ResultKind
    document_class: str
    who_may_receive: str
    papers: tuple[PaperSpec, ...]
    fees: tuple[FeeSpec, ...]
    key: str = ""

    def is_online_only(self, on: date) -> bool:
        return self.online_only_from is not None and on >= self.online_only_from


@dataclass(frozen=True, slots=True)
class PublicOverview:
    """What anyone may read: points, procedures with papers and fees, which link allows what."""

    points: tuple[PointView, ...]
    procedures: tuple[ProcedureView, ...]
    sections: tuple[SectionView, ...]
    links: tuple[LinkView, ...]


@dataclass(frozen=True, slots=True)
class RowsInUse:
    """Rows of one kind that name a unit, by key."""

    kind: str
    keys: tuple[str, ...]


class RowProblem(NamedTuple):
    """What is wrong in an imported file. `row` counts from 1, the heading is row 1."""

    row: int
    column: str
    code: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """What happens to one row: added, changed, ended or moved.

    `differences`: column, value before, value after, each as text.
    """

    key: str
    what: str
    differences: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """With any error nothing was imported. `changes`: what each row does, in the file's order."""

    rows: int
    added: int
    changed: int
    errors: tuple[RowProblem, ...]
    changes: tuple[RowChange, ...] = ()


@dataclass(frozen=True, slots=True)
class PastChange:
    """One row's change as it was recorded. `kind` names the sort of row."""

    kind: str
    key: str
    what: str
    differences: tuple[tuple[str, str, str], ...]
    actor: str
    at: datetime

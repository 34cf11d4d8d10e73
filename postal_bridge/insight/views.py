"""What a supervisor's board shows. Ids, names of offices and of staff; no citizen's data."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from postal_bridge.counter.holders import NamedHolder
from postal_bridge.custody.rules import DelayOwner, PouchStatus
from postal_bridge.custody.types import CaseView, ItemKind
from postal_bridge.delivery.refused_reports import ReportKind
from postal_bridge.delivery.views import DisputeView
from postal_bridge.dossiers.types import DossierView, OwnerTime
from postal_bridge.money.drawers import DrawerView
from postal_bridge.money.hand_in_types import HandInView
from postal_bridge.money.suspicion import Suspicion
from postal_bridge.money.watching import DrawerLine
from postal_bridge.people.device_looking import DeviceLine
from postal_bridge.runs.rules import RunStatus


@dataclass(frozen=True, slots=True)
class Figure:
    """A number now and at the end of each of the days before; the last one is now."""

    now: int
    trend: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SilentItem:
    """An envelope that has not moved for longer than the threshold."""

    item_id: UUID
    number: str
    kind: ItemKind
    dossier_id: UUID | None
    holder: NamedHolder | None
    since: datetime
    still_for: timedelta


@dataclass(frozen=True, slots=True)
class LateDossier:
    dossier: DossierView
    section_name: str
    slack: tuple[OwnerTime, ...]


@dataclass(frozen=True, slots=True)
class NamedDrawer:
    drawer: DrawerLine
    clerk_name: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class ShiftPage:
    """One drawer with every line, whose it is and where."""

    drawer: DrawerView
    clerk_name: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class NamedDispute:
    """`label` is the delivery's; what the citizen wrote is on the dossier's own page."""

    dispute: DisputeView
    label: str
    point_name: str


@dataclass(frozen=True, slots=True)
class NamedGap:
    """A difference in a courier's cash that nobody has settled."""

    hand_in: HandInView
    courier_name: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class Contested:
    drawers: tuple[NamedDrawer, ...]
    cases: tuple[CaseView, ...]
    disputes: tuple[NamedDispute, ...]
    gaps: tuple[NamedGap, ...] = ()

    def __len__(self) -> int:
        return len(self.drawers) + len(self.cases) + len(self.disputes) + len(self.gaps)


@dataclass(frozen=True, slots=True)
class ParkedAction:
    """Later work that ended with a person; `parked_at` on the machine clock."""

    action_id: UUID
    handler: str
    topic: str
    reason: str
    tries: int
    parked_at: datetime | None
    dossier_id: UUID | None


@dataclass(frozen=True, slots=True)
class OpenRun:
    run_id: UUID
    point_name: str
    courier_name: str
    day: date
    no: int
    status: RunStatus
    stops_done: int
    stops: int


@dataclass(frozen=True, slots=True)
class WaitingPouch:
    pouch_id: UUID
    number: str
    status: PouchStatus
    items: int
    point_name: str
    section_name: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class CashHeld:
    """`is_too_much`: above what a courier may carry on the road."""

    courier_name: str
    amount_vnd: int
    is_too_much: bool


@dataclass(frozen=True, slots=True)
class SectionFees:
    section_id: UUID
    section_name: str
    receipts: int
    amount_vnd: int
    oldest_on: date


@dataclass(frozen=True, slots=True)
class DueInvitation:
    """A result lies at a point, and somebody should invite again or decide.

    `invited`: how often so far; `held_until`: when the holding period ends.
    """

    delivery_id: UUID
    dossier_id: UUID
    label: str
    point_name: str
    invited: int
    last_invited_at: datetime | None
    held_until: datetime | None


@dataclass(frozen=True, slots=True)
class NamedReport:
    """A courier's report that was refused and handed in."""

    id: UUID
    label: str
    kind: ReportKind
    made_at: datetime
    courier_name: str


@dataclass(frozen=True, slots=True)
class EveningList:
    """What has to be closed before the office goes home."""

    drawers: tuple[NamedDrawer, ...]
    runs: tuple[OpenRun, ...]
    pouches: tuple[WaitingPouch, ...]
    cash: tuple[CashHeld, ...]
    fees: tuple[SectionFees, ...]
    invitations: tuple[DueInvitation, ...]
    phones: tuple[DeviceLine, ...]
    refused: tuple[NamedReport, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Attributes
    ----------
    is_partial : more envelopes are on their way than one look covers
    time_by_owner : working time of the late dossiers shown, by who used it
    suspicions : differences that several offices share: the system is suspected first
    """

    now: datetime
    moments: tuple[datetime, ...]
    silent: Figure
    late: Figure
    contested: Figure
    parked: Figure
    silent_items: tuple[SilentItem, ...]
    late_dossiers: tuple[LateDossier, ...]
    time_by_owner: tuple[tuple[DelayOwner, int], ...]
    contested_things: Contested
    parked_actions: tuple[ParkedAction, ...]
    evening: EveningList
    drawers: tuple[NamedDrawer, ...]
    is_partial: bool
    suspicions: tuple[Suspicion, ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """Something with a place on the map, WGS84."""

    kind: str
    name: str
    lat: float
    lon: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A line on the map. Stops of runs are rounded to a hundredth of a degree, about 1 km."""

    kind: str
    name: str
    status: str
    lat_lons: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class MapOfDay:
    spots: tuple[Spot, ...]
    ways: tuple[Way, ...]

"""What others see of dossiers: commands and views. Values only, no personal data but notes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from postal_bridge.custody.rules import DelayOwner
from postal_bridge.custody.types import IN_ENVELOPE, Holder, PaperCount, TallyKind
from postal_bridge.directory.rules import AcceptanceMode, Channel, ServiceForm
from postal_bridge.dossiers.rules import (
    DossierStatus,
    national_status,
)


@dataclass(frozen=True, slots=True)
class NewDossier:
    """What is known when a citizen begins. Post, section and mode follow from the link.

    Attributes
    ----------
    competent_section_id, returning_section_id : where another section decides or gives out;
        None is the link's own
    sets : complete sets of papers handed in
    """

    procedure_id: UUID
    link_id: UUID
    channel: Channel = Channel.COUNTER
    service_form: ServiceForm = ServiceForm.BOTH
    competent_section_id: UUID | None = None
    returning_section_id: UUID | None = None
    sets: int = 1


@dataclass(frozen=True, slots=True)
class PaperTally:
    """One paper of the published list as it was taken in."""

    paper_no: int
    tally: TallyKind
    originals: int = 0
    copies: int = 0
    sheets: int = 0


def envelope_papers(papers: tuple[PaperTally, ...]) -> tuple[PaperCount, ...]:
    """What of a tally lies in the envelope, in the form custody counts it."""
    return tuple(
        PaperCount(paper.paper_no, paper.tally, paper.originals, paper.copies)
        for paper in papers
        if paper.tally in IN_ENVELOPE
    )


class SignerRole(StrEnum):
    CLERK = "clerk"
    SUBMITTER = "submitter"


class SignatureForm(StrEnum):
    HANDWRITTEN = "handwritten"
    FINGERPRINT = "fingerprint"  # with a witness
    CODE = "code"
    ON_PAPER = "on_paper"  # on the printed slip, kept by the post


@dataclass(frozen=True, slots=True)
class Result:
    """What the agency issued. `number` is the document's own.

    Attributes
    ----------
    papers : what lies in the result's envelope; empty where the result is electronic
    """

    number: str
    issued_on: date
    sheets: int = 1


@dataclass(frozen=True, slots=True)
class DossierView:
    id: UUID
    acceptance_number: str
    dossier_code: str | None
    procedure_id: UUID
    procedure_code: str
    procedure_name_vi: str
    procedure_name_en: str
    link_id: UUID
    unit_id: UUID
    point_id: UUID
    section_id: UUID
    competent_section_id: UUID
    returning_section_id: UUID
    channel: Channel
    service_form: ServiceForm
    mode: AcceptanceMode
    status: DossierStatus
    sets: int
    result_kind: str
    document_class: str
    result_number: str | None
    opened_at: datetime
    accepted_at: datetime | None
    received_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    closed_at: datetime | None
    version: int
    papers: tuple[PaperTally, ...] = ()

    @property
    def national_status(self) -> int | None:
        return national_status(self.status)

    @property
    def number_shown(self) -> str:
        """The agency's code once there is one, else the post's acceptance number."""
        return self.dossier_code or self.acceptance_number

    def is_overdue(self, now: datetime) -> bool:
        """Derived and never a state. A dossier that waits for the citizen is not overdue."""
        waits = self.status in (DossierStatus.SUPPLEMENT_REQUESTED, DossierStatus.PAYMENT_DUE)
        return self.due_at is not None and not waits and (self.finished_at or now) > self.due_at


@dataclass(frozen=True, slots=True)
class DossierFilter:
    """Empty fields do not narrow. `text` is no filter: see `find`."""

    statuses: frozenset[DossierStatus] = frozenset()
    point_id: UUID | None = None
    section_id: UUID | None = None
    procedure_id: UUID | None = None
    due_before: datetime | None = None
    accepted_from: datetime | None = None
    accepted_before: datetime | None = None
    received_from: datetime | None = None
    received_before: datetime | None = None
    open_only: bool = False


class ListOrder(StrEnum):
    NEWEST = "newest"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Page:
    """`cursor` asks for what follows; None at the end."""

    rows: tuple[DossierView, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class OwnerTime:
    """Working time that belongs to one owner (P3)."""

    owner: DelayOwner
    worked_s: int


@dataclass(frozen=True, slots=True)
class DueDate:
    """The date alone, without whose the time was.

    Attributes
    ----------
    holds_until : until then all of this stays as it is while nothing is recorded; None for a
        date that moves with the clock
    """

    due_at: datetime | None
    is_expected_only: bool
    paused_since: datetime | None
    is_overdue: bool
    holds_until: datetime | None


@dataclass(frozen=True, slots=True)
class Promise:
    """The date given, and who used the time up.

    Attributes
    ----------
    due_at : None before acceptance and for a dossier that ended without a result
    is_expected_only : the agency's clock has not started; the date is the post's expectation
    paused_since : since when it waits for the citizen (P2)
    slack : working seconds since acceptance by owner
    """

    due_at: datetime | None
    is_expected_only: bool
    paused_since: datetime | None
    is_overdue: bool
    slack: tuple[OwnerTime, ...]

    @property
    def paused(self) -> bool:
        return self.paused_since is not None


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """One thing that happened. Its fact stands in `stream` under `seq`.

    `kind` names the text `step_<kind with underscores>`; `holder` has it from then on.
    """

    at: datetime
    recorded_at: datetime
    kind: str
    stream: str
    seq: int
    actor_kind: str
    actor_id: str
    item_id: UUID | None = None
    item_number: str | None = None
    holder: Holder | None = None
    status: DossierStatus | None = None
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScanView:
    id: UUID
    paper_no: int
    blob_id: UUID
    pages: int
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteView:
    """Why the agency asked, refused or stopped, in its own words."""

    id: UUID
    kind: str
    at: datetime
    reason: str
    paper_nos: tuple[int, ...]
    text: str = field(repr=False)


class UndoStatus(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class UndoView:
    """A move that somebody says did not happen. `action` is of the dossier or the delivery."""

    id: UUID
    dossier_id: UUID
    delivery_id: UUID | None
    action: str
    status: UndoStatus
    words: str = field(repr=False)
    asked_by: str
    asked_at: datetime
    answered_by: str | None
    answered_at: datetime | None

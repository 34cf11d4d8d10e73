"""What the agency desk shows: what arrived, what is due, what goes out. No personal data.

The page of one dossier shows its owner; opening it is a look and is written first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.counter.correcting import may_be_corrected
from postal_bridge.counter.desk import open_envelope
from postal_bridge.counter.fee_changes import STATED_IN, FeeChoice, fee_choices
from postal_bridge.counter.pouch_views import PouchPage, page_of
from postal_bridge.custody.rules import PouchStatus
from postal_bridge.custody.service import (
    cases_for,
    item_view,
    items_held_by,
    items_of_dossier,
    offers_to,
    papers_of_item,
    pouches_for,
)
from postal_bridge.custody.types import (
    CaseView,
    HandOverView,
    Holder,
    HolderKind,
    ItemKind,
    ItemStatus,
    ItemView,
    PaperCount,
)
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import (
    deliveries_for,
    delivery_of_dossier,
    newest_deliveries,
)
from postal_bridge.delivery.types import DeliveryView
from postal_bridge.directory.calendars import AGENCY, working_calendar
from postal_bridge.directory.rules import AcceptanceMode
from postal_bridge.directory.service import procedure_view
from postal_bridge.directory.views import PaperSpec
from postal_bridge.dossiers.rules import (
    CLOCK_RUNS,
    CLOCK_STOPPED,
    MOVES,
    DossierAction,
    DossierStatus,
)
from postal_bridge.dossiers.service import (
    dossier_view,
    dossiers_by_id,
    dossiers_for,
    is_mistake_told,
    mistakes_told,
    notes_of,
    promise,
)
from postal_bridge.dossiers.types import (
    DossierFilter,
    DossierView,
    ListOrder,
    NoteView,
    Promise,
)
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.money.fee_changes import FeeChangeView, fee_changes_of
from postal_bridge.people.rules import PartyRole
from postal_bridge.people.service import parties_of, record_look
from postal_bridge.people.views import PartyView

MOST_LINES = 200
_D = DossierStatus
AT_WORK = frozenset(
    {_D.RECEIVED, _D.PROCESSING, _D.SUPPLEMENT_REQUESTED, _D.PAYMENT_DUE, _D.CORRECTION}
)
LOOK = "agency_work"


@dataclass(frozen=True, slots=True)
class WorkLine:
    """`left_s`: working seconds until the due date, negative when it has passed."""

    dossier: DossierView
    left_s: int | None
    is_paused: bool

    @property
    def left_h(self) -> int | None:
        return None if self.left_s is None else abs(self.left_s) // 3600

    @property
    def is_late(self) -> bool:
        return self.left_s is not None and self.left_s < 0 and not self.is_paused


@dataclass(frozen=True, slots=True)
class EnvelopeLine:
    """`dossier` is None for an envelope that holds returned papers of no dossier here."""

    item: ItemView
    dossier: DossierView | None


@dataclass(frozen=True, slots=True)
class OutLine:
    """A result on its way out. `item` is None before its envelope is prepared."""

    dossier: DossierView
    delivery: DeliveryView | None
    item: ItemView | None


@dataclass(frozen=True, slots=True)
class Desk:
    """`mistakes`: whose citizens say that the result they were given has one."""

    to_take: tuple[PouchPage, ...]
    to_open: tuple[PouchPage, ...]
    offers: tuple[HandOverView, ...]
    to_count: tuple[EnvelopeLine, ...]
    to_register: tuple[DossierView, ...]
    work: tuple[WorkLine, ...]
    to_pack: tuple[OutLine, ...]
    packed: tuple[OutLine, ...]
    returning: tuple[OutLine, ...]
    mistakes: tuple[DossierView, ...]
    cases: tuple[CaseView, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One paper of the envelope's list with its name, and how many should be there."""

    count: PaperCount
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class EnvelopePage:
    item: ItemView
    dossier: DossierView
    papers: tuple[PaperLine, ...]
    case: CaseView | None


@dataclass(frozen=True, slots=True)
class DeskDossier:
    """One dossier on the officer's desk.

    Attributes
    ----------
    actions : what the table leaves open for the dossier as it stands
    is_mistake_told : the citizen waits for an answer about his result
    may_correct : the result with the mistake is in the citizen's hands
    may_ask_extension : the agency's clock runs
    """

    dossier: DossierView
    line: WorkLine
    promise: Promise
    owner: PartyView | None
    envelope: ItemView | None
    is_here: bool
    papers: tuple[PaperSpec, ...]
    notes: tuple[NoteView, ...]
    delivery: DeliveryView | None
    result_envelope: ItemView | None
    cases: tuple[CaseView, ...]
    actions: frozenset[DossierAction]
    fees: tuple[FeeChoice, ...]
    fee_changes: tuple[FeeChangeView, ...]
    is_mistake_told: bool
    may_correct: bool
    may_ask_extension: bool
    now: datetime


def desk(*, actor: Actor, units: Units) -> Desk:
    """Everything that waits for an officer of these sections."""
    with units.read() as uow:
        scope = actor.scope
        pages = [
            page_of(uow, pouch, actor)
            for pouch in pouches_for(uow, scope, (PouchStatus.OFFERED, PouchStatus.ACCEPTED))
        ]
        sections = [Holder(HolderKind.SECTION, str(one)) for one in sorted(scope.sections)]
        held = [item for section in sections for item in items_held_by(uow, section)]
        pouches = {page.pouch.hand_over_id for page in pages}
        return Desk(
            to_take=tuple(page for page in pages if "accept" in page.may),
            to_open=tuple(page for page in pages if "open" in page.may),
            offers=tuple(one for one in offers_to(uow, sections) if one.id not in pouches),
            to_count=tuple(_to_count(uow, held, scope)),
            to_register=_to_register(uow, scope, held),
            work=_work(uow, scope),
            to_pack=_to_pack(uow, scope),
            packed=_out(uow, scope, DeliveryStatus.PACKED, held),
            returning=_out(uow, scope, DeliveryStatus.RETURNING, None),
            mistakes=mistakes_told(uow, scope),
            cases=cases_for(uow, scope),
            now=uow.now,
        )


def envelope_page(item_id: UUID, *, actor: Actor, units: Units) -> EnvelopePage:
    """The envelope's list with the papers' names. Raises NotFound unless the section holds it."""
    with units.read() as uow:
        item = item_view(uow, item_id)
        is_ours = item.section_id in actor.scope.sections
        if not is_ours or item.dossier_id is None or item.holder is None:
            raise NotFound
        dossier = dossier_view(uow, item.dossier_id, actor.scope)
        names = {spec.no: spec for spec in _specs(uow, dossier)}
        lines = tuple(
            PaperLine(count, names[count.paper_no].name_vi, names[count.paper_no].name_en)
            if count.paper_no in names
            else PaperLine(count, "", "")
            for count in papers_of_item(uow, item_id)
        )
        case = next((c for c in cases_for(uow, actor.scope) if c.item_id == item_id), None)
        return EnvelopePage(item, dossier, lines, case)


def open_desk_dossier(dossier_id: UUID, *, actor: Actor, units: Units) -> DeskDossier:
    """One dossier with its owner. The look is written and kept before the answer (S4)."""
    with units.write() as uow:
        dossier = dossier_view(uow, dossier_id, actor.scope)
        record_look(uow, dossier.id, actor=actor, reason=LOOK)
        page = _desk_dossier(uow, dossier, actor)
        uow.commit()
    return page


def actions_of(dossier: DossierView) -> frozenset[DossierAction]:
    """What may be done to the dossier as it stands."""
    return frozenset(
        action
        for (status, action), move in MOVES.items()
        if status == dossier.status and move.only_in in (None, dossier.mode)
    )


def _desk_dossier(uow: ReadUnit, dossier: DossierView, actor: Actor) -> DeskDossier:
    items = items_of_dossier(uow, dossier.id)
    envelope = next((one for one in items if one.kind == ItemKind.DOSSIER_ENVELOPE), None)
    here = {str(section) for section in actor.scope.sections}
    owners = [one for one in parties_of(uow, dossier.id) if one.role == PartyRole.OWNER]
    results = [one for one in items if one.kind == ItemKind.RESULT_ENVELOPE]
    notes, delivery = notes_of(uow, dossier.id), delivery_of_dossier(uow, dossier.id)
    is_here = envelope is not None and envelope.holder is not None and envelope.holder.id in here
    return DeskDossier(
        dossier=dossier,
        line=_line(uow, dossier),
        promise=promise(uow, dossier.id),
        owner=owners[0] if owners else None,
        envelope=envelope,
        is_here=is_here,
        papers=_specs(uow, dossier),
        notes=notes,
        delivery=delivery,
        result_envelope=results[-1] if results else None,
        cases=tuple(c for c in cases_for(uow, actor.scope) if c.dossier_id == dossier.id),
        actions=actions_of(dossier),
        fees=fee_choices(uow, dossier) if dossier.status in STATED_IN else (),
        fee_changes=fee_changes_of(uow, dossier.id),
        is_mistake_told=is_mistake_told(f"dossier.{note.kind}" for note in notes),
        may_correct=may_be_corrected(delivery),
        may_ask_extension=dossier.status in CLOCK_RUNS and dossier.due_at is not None,
        now=uow.now,
    )


def _to_count(uow: ReadUnit, held: Iterable[ItemView], scope: Scope) -> Iterable[EnvelopeLine]:
    sealed = [
        item
        for item in held
        if item.kind == ItemKind.DOSSIER_ENVELOPE and item.status == ItemStatus.SEALED
    ]
    dossiers = dossiers_by_id(uow, {one.dossier_id for one in sealed if one.dossier_id}, scope)
    for item in sealed:
        yield EnvelopeLine(item, dossiers[item.dossier_id] if item.dossier_id else None)


def _to_register(uow: ReadUnit, scope: Scope, held: Iterable[ItemView]) -> tuple[DossierView, ...]:
    """Counted and waiting for the agency's code; of a seated desk whatever was accepted."""
    counted = {item.dossier_id for item in held if item.status == ItemStatus.OPENED}
    wanted = DossierFilter(statuses=frozenset({_D.ACCEPTED, _D.TO_AGENCY}))
    rows = dossiers_for(uow, scope, wanted, limit=MOST_LINES).rows
    return tuple(
        row
        for row in rows
        if row.id in counted or (row.status == _D.ACCEPTED and row.mode == AcceptanceMode.SEATED)
    )


def _work(uow: ReadUnit, scope: Scope) -> tuple[WorkLine, ...]:
    wanted = DossierFilter(statuses=AT_WORK)
    rows = dossiers_for(uow, scope, wanted, order=ListOrder.DUE, limit=MOST_LINES).rows
    return tuple(_line(uow, row) for row in rows)


def _line(uow: ReadUnit, dossier: DossierView) -> WorkLine:
    is_paused = dossier.status in CLOCK_STOPPED
    if dossier.due_at is None:
        return WorkLine(dossier, None, is_paused)
    calendar = working_calendar(uow, AGENCY, dossier.unit_id)
    left = (
        calendar.working_seconds_between(uow.now, dossier.due_at)
        if dossier.due_at >= uow.now
        else -calendar.working_seconds_between(dossier.due_at, uow.now)
    )
    return WorkLine(dossier, left, is_paused)


def _to_pack(uow: ReadUnit, scope: Scope) -> tuple[OutLine, ...]:
    ready = DossierFilter(statuses=frozenset({_D.RESULT_READY}))
    lines = []
    dossiers = dossiers_for(uow, scope, ready, limit=MOST_LINES).rows
    deliveries = newest_deliveries(uow, {dossier.id for dossier in dossiers})
    for dossier in dossiers:
        delivery = deliveries.get(dossier.id)
        if delivery is None or delivery.status in (
            DeliveryStatus.REGISTERED,
            DeliveryStatus.QUOTED,
            DeliveryStatus.CLEARED,
        ):
            lines.append(OutLine(dossier, delivery, open_envelope(uow, dossier.id)))
    return tuple(lines)


def _out(
    uow: ReadUnit, scope: Scope, status: DeliveryStatus, held: Iterable[ItemView] | None
) -> tuple[OutLine, ...]:
    """Results in one state of delivery; where `held` is given, those in the section's hands."""
    here = {} if held is None else {item.id: item for item in held}
    out = [
        one
        for one in deliveries_for(uow, scope, frozenset({status}))
        if held is None or one.item_id in here
    ]
    dossiers = dossiers_by_id(uow, {one.dossier_id for one in out}, scope)

    def envelope(item_id: UUID | None) -> ItemView | None:
        return None if item_id is None else here.get(item_id) or item_view(uow, item_id)

    return tuple(OutLine(dossiers[one.dossier_id], one, envelope(one.item_id)) for one in out)


def _specs(uow: ReadUnit, dossier: DossierView) -> tuple[PaperSpec, ...]:
    on = local(dossier.opened_at).date()
    return procedure_view(uow, dossier.procedure_id, on).papers

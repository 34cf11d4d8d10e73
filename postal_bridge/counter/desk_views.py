"""What the agency desk shows: what arrived, what is due, what goes out. No personal data."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.counter.pouch_views import PouchPage, page_of
from postal_bridge.custody.rules import PouchStatus
from postal_bridge.custody.service import (
    cases_for,
    counted_of,
    item_view,
    items_held_by,
    offers_to,
    open_results,
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
)
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import deliveries_for, newest_deliveries
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.directory.calendars import AGENCY, working_calendar
from postal_bridge.directory.rules import AcceptanceMode
from postal_bridge.dossiers.rules import CLOCK_RUNS, CLOCK_STOPPED, DossierStatus
from postal_bridge.dossiers.service import dossiers_by_id, dossiers_for, mistakes_told
from postal_bridge.dossiers.types import DossierFilter, DossierView, ListOrder
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.unit_of_work import ReadUnit, Units

MOST_LINES = 200
UNOPENED = (ItemStatus.OPEN, ItemStatus.SEALED)
_D = DossierStatus
AT_WORK = frozenset(
    {_D.RECEIVED, _D.PROCESSING, _D.SUPPLEMENT_REQUESTED, _D.PAYMENT_DUE, _D.CORRECTION}
)


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


def desk(*, actor: Actor, units: Units) -> Desk:
    """Everything that waits for an officer of these sections."""
    with units.read() as uow:
        scope = actor.scope
        pages = [
            page_of(uow, pouch, actor)
            for pouch in pouches_for(uow, scope, (PouchStatus.OFFERED, PouchStatus.ACCEPTED))
        ]
        sections = _sections(scope)
        held = _held(uow, sections)
        pouches = {page.pouch.hand_over_id for page in pages}
        return Desk(
            to_take=tuple(page for page in pages if "accept" in page.may),
            to_open=tuple(page for page in pages if "open" in page.may),
            offers=tuple(one for one in offers_to(uow, sections) if one.id not in pouches),
            to_count=tuple(_to_count(uow, held, scope)),
            to_register=_to_register(uow, scope, sections),
            work=_work(uow, scope),
            to_pack=_to_pack(uow, scope),
            packed=_out(uow, scope, DeliveryStatus.PACKED, held),
            returning=_out(uow, scope, DeliveryStatus.RETURNING, None),
            mistakes=mistakes_told(uow, scope),
            cases=cases_for(uow, scope),
            now=uow.now,
        )


def results_to_pack(*, actor: Actor, units: Units) -> tuple[OutLine, ...]:
    """The results that are not packed yet, with the envelopes that are prepared."""
    with units.read() as uow:
        return _to_pack(uow, actor.scope)


def _sections(scope: Scope) -> list[Holder]:
    return [Holder(HolderKind.SECTION, str(one)) for one in sorted(scope.sections)]


def _held(uow: ReadUnit, sections: Iterable[Holder]) -> list[ItemView]:
    """What lies at the desk and was not opened and counted yet."""
    return [item for one in sections for item in items_held_by(uow, one, UNOPENED)]


def _to_count(uow: ReadUnit, held: Iterable[ItemView], scope: Scope) -> Iterable[EnvelopeLine]:
    sealed = [
        item
        for item in held
        if item.kind == ItemKind.DOSSIER_ENVELOPE and item.status == ItemStatus.SEALED
    ]
    dossiers = dossiers_by_id(uow, {one.dossier_id for one in sealed if one.dossier_id}, scope)
    for item in sealed:
        yield EnvelopeLine(item, dossiers[item.dossier_id] if item.dossier_id else None)


def _to_register(
    uow: ReadUnit, scope: Scope, sections: Collection[Holder]
) -> tuple[DossierView, ...]:
    """Counted and waiting for the agency's code; of a seated desk whatever was accepted."""
    wanted = DossierFilter(statuses=frozenset({_D.ACCEPTED, _D.TO_AGENCY}))
    rows = dossiers_for(uow, scope, wanted, limit=MOST_LINES).rows
    counted = counted_of(uow, {row.id for row in rows}, sections)
    return tuple(
        row
        for row in rows
        if row.id in counted or (row.status == _D.ACCEPTED and row.mode == AcceptanceMode.SEATED)
    )


def _work(uow: ReadUnit, scope: Scope) -> tuple[WorkLine, ...]:
    wanted = DossierFilter(statuses=AT_WORK)
    rows = dossiers_for(uow, scope, wanted, order=ListOrder.DUE, limit=MOST_LINES).rows
    return tuple(work_line(uow, row) for row in rows)


def work_line(uow: ReadUnit, dossier: DossierView) -> WorkLine:
    """How much of the agency's time is left; none is told of what has ended, in time or not."""
    is_paused = dossier.status in CLOCK_STOPPED
    if dossier.due_at is None or dossier.status not in CLOCK_RUNS | CLOCK_STOPPED:
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
    ids = {dossier.id for dossier in dossiers}
    deliveries, prepared = newest_deliveries(uow, ids), open_results(uow, ids)
    for dossier in dossiers:
        delivery = deliveries.get(dossier.id)
        if delivery is None or delivery.status in (
            DeliveryStatus.REGISTERED,
            DeliveryStatus.QUOTED,
            DeliveryStatus.CLEARED,
        ):
            lines.append(OutLine(dossier, delivery, prepared.get(dossier.id)))
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

"""One dossier for staff: found by whatever is at hand, opened with a reason, read as a line.

Opening shows personal data: the look is written, with its reason, before the answer (S4).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from postal_bridge.counter.holders import NamedHolder, named
from postal_bridge.custody.service import (
    cases_for,
    item_by_number,
    item_view,
    items_of_dossier,
    who_holds,
)
from postal_bridge.custody.types import CaseView, ItemView
from postal_bridge.delivery.service import attempts_of, delivery_of_dossier, door_consent
from postal_bridge.delivery.views import AttemptView, DeliveryView
from postal_bridge.directory.service import point_view, procedure_view, section_view
from postal_bridge.directory.views import PaperSpec, PointView, SectionView
from postal_bridge.dossiers.printing import address_on
from postal_bridge.dossiers.service import (
    dossier_view,
    dossiers_for,
    find,
    notes_of,
    promise,
    scans_of,
    timeline,
)
from postal_bridge.dossiers.types import (
    DossierFilter,
    DossierView,
    ListOrder,
    NoteView,
    Page,
    Promise,
    ScanView,
    TimelineStep,
)
from postal_bridge.kernel.actor import Actor, ActorKind
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.money.fee_changes import FeeChangeView, fee_changes_of
from postal_bridge.money.service import (
    FareEnd,
    FeeReceipt,
    PaymentView,
    QuoteView,
    fare_ends_of,
    payments_of_dossier,
    quote_view,
    receipts_of_payment,
)
from postal_bridge.people.device_looking import SeenRow
from postal_bridge.people.service import (
    looks_of,
    parties_of,
    record_look,
    rows_of_dossier,
    staff_name,
)
from postal_bridge.people.views import LookView, PartyView


class LookReason(StrEnum):
    """Why somebody opens a dossier; the citizen reads it."""

    CITIZEN_ASKS = "citizen_asks"
    AGENCY_WORK = "agency_work"
    DELIVERY = "delivery"
    COMPLAINT = "complaint"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class OpenDossier:
    dossier_id: UUID
    reason: LookReason


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One thing that happened, with the names of who did it and who has held it since.

    `phone`: what the courier's own phone recorded of it; None where it recorded nothing.
    """

    step: TimelineStep
    who: str
    holder: NamedHolder | None
    phone: SeenRow | None = None


@dataclass(frozen=True, slots=True)
class HeldItem:
    item: ItemView
    holder: NamedHolder | None


@dataclass(frozen=True, slots=True)
class PaidLine:
    payment: PaymentView
    receipts: tuple[FeeReceipt, ...]


@dataclass(frozen=True, slots=True)
class DossierPage:
    """All that staff may read of one dossier.

    `addresses`: of each party, with commune and province as they are called today.
    `door_since`: from when the door may be remembered; None where it may not.
    """

    dossier: DossierView
    point: PointView
    section: SectionView
    parties: tuple[PartyView, ...]
    addresses: Mapping[UUID, str] = field(repr=False)
    specs: tuple[PaperSpec, ...]
    promise: Promise
    items: tuple[HeldItem, ...]
    lines: tuple[TimelineLine, ...]
    delivery: DeliveryView | None
    attempts: tuple[AttemptView, ...]
    quote: QuoteView | None
    payments: tuple[PaidLine, ...]
    fare_ends: tuple[FareEnd, ...]
    fee_changes: tuple[FeeChangeView, ...]
    notes: tuple[NoteView, ...]
    scans: tuple[ScanView, ...]
    cases: tuple[CaseView, ...]
    looks: tuple[LookView, ...]
    now: datetime
    door_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ItemWhereabouts:
    """Who holds an item at an instant."""

    item: ItemView
    holder: NamedHolder | None
    at: datetime


def look_up(text: str, *, actor: Actor, units: Units) -> tuple[DossierView, ...]:
    """The dossiers that a code, number, phone, ID number or name points to. No names shown."""
    with units.read() as uow:
        return find(uow, text, actor.scope)


def list_dossiers(
    wanted: DossierFilter,
    *,
    actor: Actor,
    units: Units,
    cursor: str | None = None,
    order: ListOrder = ListOrder.NEWEST,
    limit: int = 50,
) -> Page:
    """A page of the actor's dossiers, without personal data. Raises CursorUnknown."""
    with units.read() as uow:
        return dossiers_for(uow, actor.scope, wanted, cursor, order=order, limit=limit)


def peek_dossier(dossier_id: UUID, *, actor: Actor, units: Units) -> DossierView:
    """Number, procedure and status: nothing of a person. Raises NotFound."""
    with units.read() as uow:
        return dossier_view(uow, dossier_id, actor.scope)


def open_dossier_page(command: OpenDossier, *, actor: Actor, units: Units) -> DossierPage:
    """The whole dossier; the look stands before anything is shown. Raises NotFound."""
    with units.write() as uow:
        dossier = dossier_view(uow, command.dossier_id, actor.scope)
        record_look(uow, dossier.id, actor=actor, reason=command.reason.value)
        uow.commit()
    # Read without the writer's lock: a page is long, and the look is already kept.
    with units.read() as seen:
        return _page(seen, dossier_view(seen, dossier.id, actor.scope), actor)


def steps_of_dossier(dossier_id: UUID, *, actor: Actor, units: Units) -> tuple[TimelineLine, ...]:
    """What happened, in order of time: ids and names of offices and staff only."""
    with units.read() as uow:
        dossier_view(uow, dossier_id, actor.scope)
        return _lines(uow, dossier_id)


def promise_of(dossier_id: UUID, *, actor: Actor, units: Units) -> Promise:
    """The date, and whose the time was. Raises NotFound."""
    with units.read() as uow:
        dossier_view(uow, dossier_id, actor.scope)
        return promise(uow, dossier_id)


def whereabouts(
    number: str,
    *,
    actor: Actor,
    units: Units,
    at: datetime | None = None,
    known_at: datetime | None = None,
) -> ItemWhereabouts:
    """Who held the item then, as far as it was known then. Raises NotFound, ItemNumberWrong."""
    with units.read() as uow:
        item = item_by_number(uow, number, actor.scope)
        holder = named(uow, who_holds(uow, item.id, at, known_at))
        return ItemWhereabouts(item, holder, at or uow.now)


def _page(uow: ReadUnit, dossier: DossierView, actor: Actor) -> DossierPage:
    delivery = delivery_of_dossier(uow, dossier.id)
    parties = parties_of(uow, dossier.id)
    payments = payments_of_dossier(uow, dossier.id, actor=actor)
    quote_id = delivery.quote_id if delivery else None
    quote_id = quote_id or next((one.quote_id for one in payments if one.quote_id), None)
    consent = door_consent(uow, dossier.id)
    return DossierPage(
        dossier=dossier,
        point=point_view(uow, dossier.point_id),
        section=section_view(uow, dossier.section_id),
        parties=parties,
        addresses={one.id: address_on(uow, one, local(uow.now).date()) for one in parties},
        specs=procedure_view(uow, dossier.procedure_id, local(dossier.opened_at).date()).papers,
        promise=promise(uow, dossier.id),
        items=tuple(
            HeldItem(item, named(uow, who_holds(uow, item.id)))
            for item in items_of_dossier(uow, dossier.id)
        ),
        lines=_lines(uow, dossier.id),
        delivery=delivery,
        attempts=attempts_of(uow, delivery.id, actor.scope) if delivery else (),
        quote=quote_view(uow, quote_id, actor=actor) if quote_id else None,
        payments=tuple(
            PaidLine(one, receipts_of_payment(uow, one.id, actor=actor)) for one in payments
        ),
        fare_ends=fare_ends_of(uow, dossier.id, actor=actor),
        fee_changes=fee_changes_of(uow, dossier.id),
        notes=notes_of(uow, dossier.id),
        scans=scans_of(uow, dossier.id),
        cases=tuple(
            case
            for case in cases_for(uow, actor.scope, open_only=False)
            if case.dossier_id == dossier.id
        ),
        looks=looks_of(uow, dossier.id),
        now=uow.now,
        door_since=consent.given_at if consent else None,
    )


def _lines(uow: ReadUnit, dossier_id: UUID) -> tuple[TimelineLine, ...]:
    names: dict[str, str] = {}
    phones = {row.act: row for row in rows_of_dossier(uow, dossier_id)}
    lines = []
    for step in timeline(uow, dossier_id):
        if step.actor_kind == ActorKind.STAFF and step.actor_id not in names:
            names[step.actor_id] = staff_name(uow, UUID(step.actor_id))
        who = names.get(step.actor_id, "")
        phone = phones.get((step.stream, step.seq))
        lines.append(TimelineLine(step, who, named(uow, step.holder), phone))
    return tuple(lines)


def item_in_scope(item_id: UUID, *, actor: Actor, units: Units) -> ItemView:
    """Raises NotFound for an item of other offices."""
    with units.read() as uow:
        return item_by_number(uow, item_view(uow, item_id).number, actor.scope)

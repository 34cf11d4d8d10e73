"""Deliveries as others see them: parts that only look."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from postal_bridge.custody.service import item_view
from postal_bridge.custody.types import Holder
from postal_bridge.delivery import records_store, store
from postal_bridge.delivery.proof import (
    DocumentClass,
    ProofLevel,
    Receiver,
    demanded_level,
)
from postal_bridge.delivery.refused_fare import SINCE_A_VISIT, after_refusal
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.tables import AttemptRow, DeliveryRow, DisputeRow
from postal_bridge.delivery.types import (
    Clearance,
    DisputeKind,
    DisputeOutcome,
    Location,
    ParkingReason,
    Place,
)
from postal_bridge.delivery.undeliverable import FailureReason, NextStep
from postal_bridge.delivery.views import AttemptView, DeliveryOutline, DeliveryView, DisputeView
from postal_bridge.directory.rules import FareRefused
from postal_bridge.dossiers.service import read_undone_ahead, undone_records
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.service import (
    PaymentView,
    payment_status_of_quote,
    read_payments_ahead,
)

MOST = 500


def delivery_view(uow: ReadUnit, delivery_id: UUID, scope: Scope) -> DeliveryView:
    """Raises NotFound outside the scope."""
    return view(uow, store.find(uow, delivery_id, scope))


def delivery_of_dossier(uow: ReadUnit, dossier_id: UUID) -> DeliveryView | None:
    """The newest delivery of a dossier, None where none was bought."""
    rows = store.of_dossier(uow, dossier_id)
    return view(uow, rows[0]) if rows else None


def delivery_outline(uow: ReadUnit, dossier_id: UUID) -> DeliveryOutline | None:
    """The newest delivery of a dossier by its own row, and by its visits once one has failed."""
    row = next(iter(store.of_dossier(uow, dossier_id)), None)
    if row is None:
        return None
    refusal = refusal_of(uow, row)
    return DeliveryOutline(
        id=row.id,
        point_id=row.point_id,
        item_id=row.item_id,
        quote_id=row.quote_id,
        place=Place(row.place),
        status=DeliveryStatus(row.status),
        status_at=row.status_at,
        document_class=DocumentClass(row.document_class),
        window_from=row.window_from,
        window_until=row.window_until,
        held_until=row.held_until,
        is_parked=row.parked_reason is not None,
        parked_until=row.parked_until,
        take_back_papers=row.take_back_papers,
        after_refusal=refusal,
        refused_vnd=collect_vnd(uow, row) if refusal else 0,
        door_fare_vnd=fare_due_vnd(uow, row),
    )


def delivery_of_item(uow: ReadUnit, item_id: UUID, scope: Scope) -> DeliveryView | None:
    """The delivery an envelope belongs to."""
    row = store.by_item(uow, item_id, scope)
    return None if row is None else view(uow, row)


def delivery_of_label(uow: ReadUnit, label: str, scope: Scope) -> DeliveryView:
    """The delivery of an address label. Raises NotFound outside the scope."""
    row = store.by_label(uow, label.strip().upper(), scope)
    if row is None:
        raise NotFound
    return view(uow, row)


def deliveries_for(
    uow: ReadUnit,
    scope: Scope,
    statuses: frozenset[DeliveryStatus] = frozenset(),
    *,
    point_id: UUID | None = None,
    courier_id: UUID | None = None,
    limit: int = MOST,
) -> tuple[DeliveryView, ...]:
    """Deliveries of the scope in these states (all where none is named), oldest move first."""
    rows = store.listed(uow, scope, statuses, point_id=point_id, courier_id=courier_id, limit=limit)
    return tuple(_views(uow, rows))


def newest_deliveries(uow: ReadUnit, dossier_ids: Collection[UUID]) -> Mapping[UUID, DeliveryView]:
    """The newest delivery of each of these dossiers that has one."""
    rows: dict[UUID, DeliveryRow] = {}
    for row in store.of_dossiers(uow, dossier_ids):
        rows.setdefault(row.dossier_id, row)
    return {one.dossier_id: one for one in _views(uow, list(rows.values()))}


def newest_statuses(uow: ReadUnit, dossier_ids: Collection[UUID]) -> Mapping[UUID, DeliveryStatus]:
    """Where the newest delivery of each of these dossiers stands."""
    found: dict[UUID, DeliveryStatus] = {}
    for row in store.of_dossiers(uow, dossier_ids):
        found.setdefault(row.dossier_id, DeliveryStatus(row.status))
    return found


def deliveries_by_id(uow: ReadUnit, ids: Collection[UUID]) -> Mapping[UUID, DeliveryView]:
    """Those of these deliveries that there are; who asks must be allowed to see them."""
    return {one.id: one for one in _views(uow, store.by_ids(uow, ids))}


def _views(uow: ReadUnit, rows: Sequence[DeliveryRow]) -> list[DeliveryView]:
    if not rows:
        return []
    records_store.read_ahead(uow, (row.id for row in rows if row.item_id is not None))
    uow.vault.read_ahead({row.dossier_id for row in rows})
    read_undone_ahead(uow, {row.dossier_id for row in rows})
    at_door = [row for row in rows if row.clearance == Clearance.AT_DOOR]
    read_payments_ahead(uow, {row.quote_id for row in at_door if row.quote_id is not None})
    return [view(uow, row) for row in rows]


def attempts_of(uow: ReadUnit, delivery_id: UUID, scope: Scope) -> tuple[AttemptView, ...]:
    """The failed visits that count, in order of time."""
    row = store.find(uow, delivery_id, scope)
    undone = undone_records(uow, row.dossier_id)
    return tuple(attempt_view(one) for one in store.attempts(uow.session, row.id, undone))


def unverified_attempts(uow: ReadUnit, scope: Scope) -> tuple[AttemptView, ...]:
    """Visits without their evidence, for the supervisor."""
    return tuple(attempt_view(row) for row in store.unverified_attempts(uow, scope, limit=MOST))


def disputes_for(uow: ReadUnit, scope: Scope) -> tuple[DisputeView, ...]:
    """Open disputes, the one due first before the others."""
    return tuple(
        dispute_view(uow, dispute, row)
        for dispute, row in store.open_disputes(uow, scope, limit=MOST)
    )


def holder_of(uow: ReadUnit, row: DeliveryRow) -> Holder | None:
    """Who has the envelope in hand; None before there is one, or while it lies in a pouch."""
    return None if row.item_id is None else item_view(uow, row.item_id).holder


def collect_vnd(uow: ReadUnit, row: DeliveryRow) -> int:
    """What is still to be paid at the door: the fare, and the rest of an agency's fee."""
    return fare_due_vnd(uow, row) + row.door_fee_vnd


def fare_due_vnd(uow: ReadUnit, row: DeliveryRow) -> int:
    """The fare that is still to be paid at the door."""
    if row.clearance != Clearance.AT_DOOR or row.quote_id is None:
        return 0
    payment = payment_status_of_quote(uow, row.quote_id)
    is_open = payment is not None and payment.status is PaymentStatus.PENDING
    return payment.amount_vnd if payment is not None and is_open else 0


def fare_at_door(uow: ReadUnit, delivery: DeliveryView) -> PaymentView | None:
    """The payment that waits for this door's fare; None where nothing of it is still due."""
    if delivery.quote_id is None or delivery.collect_vnd <= delivery.door_fee_vnd:
        return None
    return payment_status_of_quote(uow, delivery.quote_id)


def refusal_of(uow: ReadUnit, row: DeliveryRow) -> FareRefused | None:
    """What follows by contract where the last visit met a refused fare."""
    if row.status not in SINCE_A_VISIT:
        return None
    return _refusal(row, _visits(uow, row, store.attempts(uow.session, row.id)))


def view(uow: ReadUnit, row: DeliveryRow) -> DeliveryView:
    document = DocumentClass(row.document_class)
    contract = None if row.proof_demanded is None else ProofLevel(row.proof_demanded)
    # Without an envelope nobody has set out with it: there is no visit, call or proof to read.
    was_packed = row.item_id is not None
    told = records_store.records(uow, row.id) if was_packed else records_store.Records()
    attempts = _visits(uow, row, told.attempts)
    return DeliveryView(
        id=row.id,
        dossier_id=row.dossier_id,
        unit_id=row.unit_id,
        point_id=row.point_id,
        section_id=row.section_id,
        item_id=row.item_id,
        quote_id=row.quote_id,
        recipient_party_id=row.recipient_party_id,
        courier_id=row.courier_id,
        label=row.label,
        place=Place(row.place),
        status=DeliveryStatus(row.status),
        status_at=row.status_at,
        who_may_receive=Receiver(row.who_may_receive),
        document_class=document,
        proof_demanded=demanded_level(document, contract),
        fare_refused=FareRefused(row.fare_refused),
        after_refusal=_refusal(row, attempts),
        clearance=None if row.clearance is None else Clearance(row.clearance),
        collect_vnd=collect_vnd(uow, row),
        door_fee_vnd=row.door_fee_vnd,
        window_from=row.window_from,
        window_until=row.window_until,
        take_back_papers=row.take_back_papers,
        is_return_wanted=row.is_return_wanted,
        attempts_used=row.attempts_used,
        attempts_made=len(attempts),
        held_until=row.held_until,
        invited_at=tuple(i.invited_at for i in told.invitations),
        is_parked=row.parked_reason is not None,
        parked_until=row.parked_until,
        parked_reason=None if row.parked_reason is None else ParkingReason(row.parked_reason),
        level=ProofLevel(max((proof.level for proof in told.proofs), default=0)),
        location=Location(told.proofs[-1].location) if told.proofs else None,
        disputed_at=told.disputes[-1].opened_at if told.disputes else None,
        position=store.position_of(uow, row),
        note=uow.vault.open_text(
            row.dossier_id, row.note_sealed, place=f"deliveries.note_sealed:{row.id}"
        ),
        created_at=row.created_at,
    )


def _refusal(row: DeliveryRow, visits: Sequence[AttemptRow]) -> FareRefused | None:
    last = FailureReason(visits[-1].reason) if visits else None
    return after_refusal(FareRefused(row.fare_refused), DeliveryStatus(row.status), last)


def _visits(uow: ReadUnit, row: DeliveryRow, made: Sequence[AttemptRow]) -> Sequence[AttemptRow]:
    undone = undone_records(uow, row.dossier_id) if made else ()
    return [one for one in made if one.id not in undone]


def attempt_view(row: AttemptRow) -> AttemptView:
    return AttemptView(
        id=row.id,
        delivery_id=row.delivery_id,
        at=row.at,
        actor=row.actor,
        reason=FailureReason(row.reason),
        next_step=NextStep(row.next_step),
        is_verified=row.is_verified,
        is_counted=row.is_counted,
        missing=tuple(row.missing),
        distance_m=row.distance_m,
        dwell_s=row.dwell_s,
        was_called=row.was_called,
    )


def dispute_view(uow: ReadUnit, dispute: DisputeRow, row: DeliveryRow) -> DisputeView:
    return DisputeView(
        id=dispute.id,
        delivery_id=row.id,
        dossier_id=row.dossier_id,
        kind=DisputeKind(dispute.kind),
        opened_at=dispute.opened_at,
        answer_due_at=dispute.answer_due_at,
        outcome=None if dispute.outcome is None else DisputeOutcome(dispute.outcome),
        closed_at=dispute.closed_at,
        words=uow.vault.open_text(
            row.dossier_id, dispute.words_sealed, place=f"delivery_disputes.words:{dispute.id}"
        ),
    )

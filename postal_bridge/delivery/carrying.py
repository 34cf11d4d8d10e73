"""A delivery under way: in a courier's hands, out, back, parked, lost and found."""

from uuid import UUID

from postal_bridge.custody.service import hand_over, item_view
from postal_bridge.custody.types import HandOver, Holder, HolderKind, SignatureRef
from postal_bridge.delivery import contract_causes, store, topics
from postal_bridge.delivery.errors import ItemDiffers, ItemElsewhere, NotParked, SecondPersonNeeded
from postal_bridge.delivery.looking import holder_of, refusal_of, view
from postal_bridge.delivery.proof_records import makers_of
from postal_bridge.delivery.refused_fare import check_after_refusal
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus, next_move
from postal_bridge.delivery.tables import DeliveryRow
from postal_bridge.delivery.telling import tell
from postal_bridge.delivery.types import DisputeOutcome, Evidenced, Parking
from postal_bridge.delivery.undeliverable import EvidenceMissing
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import UnitOfWork

FOUND = SignatureRef(form="found")
"""The word of a holder on record who lost it: nobody gave it, it was found."""


def give_to_courier(
    uow: UnitOfWork, delivery_id: UUID, courier_id: UUID, *, actor: Actor
) -> DeliveryView:
    """The courier answers for it; his taking the envelope stands in its custody line already.

    Raises
    ------
    ItemElsewhere
        The envelope is in other hands than this courier's.
    """
    row = _open_for(uow, delivery_id, DeliveryAction.GIVE_TO_COURIER, actor)
    _check_with(uow, row, courier_id)
    store.move(
        uow, row, DeliveryAction.GIVE_TO_COURIER, actor=actor,
        body={"courier_id": str(courier_id)},
    )  # fmt: skip
    row.courier_id = courier_id
    return view(uow, row)


def set_out(uow: UnitOfWork, delivery_id: UUID, courier_id: UUID, *, actor: Actor) -> DeliveryView:
    """The courier is on his way with it: from the run, after a failed visit, or from a point.

    Raises RefusedGoesBack where its fare was refused and the contract wants it back at once.
    """
    row = _open_for(uow, delivery_id, DeliveryAction.SET_OUT, actor)
    status = DeliveryStatus(row.status)
    check_after_refusal(refusal_of(uow, row), status, DeliveryAction.SET_OUT)
    _check_with(uow, row, courier_id)
    store.move(uow, row, DeliveryAction.SET_OUT, actor=actor)
    row.courier_id, row.held_until = courier_id, None
    if status is DeliveryStatus.HELD_AT_POINT:
        contract_causes.after_storage(uow, row, actor=actor)
    contract_causes.after_setting_out(uow, row, actor=actor)
    tell(uow, topics.OUT, row)
    return view(uow, row)


def not_reached(uow: UnitOfWork, delivery_id: UUID, *, actor: Actor) -> DeliveryView:
    """The courier did not get there today; no attempt was made."""
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    store.move(uow, row, DeliveryAction.NOT_REACHED, actor=actor)
    return view(uow, row)


def bring_back(uow: UnitOfWork, delivery_id: UUID, *, actor: Actor) -> DeliveryView:
    """It lies at the office again; the office's taking it back stands in its custody line.

    Raises
    ------
    ItemElsewhere
        The courier still has it.
    """
    row = _open_for(uow, delivery_id, DeliveryAction.BRING_BACK, actor)
    check_at_office(uow, row)
    store.move(uow, row, DeliveryAction.BRING_BACK, actor=actor)
    row.courier_id = None
    return view(uow, row)


def park(uow: UnitOfWork, delivery_id: UUID, decision: Parking, *, actor: Actor) -> DeliveryView:
    """A storm or Tết: it waits, no attempt is used up and no clock of the citizen's runs."""
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    body = {"reason": decision.reason.value, "until": decision.until.isoformat()}
    store.move(uow, row, DeliveryAction.PARK, actor=actor, body=body)
    row.parked_at = row.parked_at or uow.now
    row.parked_reason, row.parked_until = decision.reason, decision.until
    tell(uow, topics.PARKED, row, reason=decision.reason.value)
    return view(uow, row)


def unpark(uow: UnitOfWork, delivery_id: UUID, *, actor: Actor) -> DeliveryView:
    """It goes on, and a hold lasts longer by the time it was parked."""
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    if row.parked_at is None:
        raise NotParked
    store.move(uow, row, DeliveryAction.UNPARK, actor=actor)
    if row.held_until is not None:
        row.held_until += uow.now - row.parked_at
    row.parked_at = row.parked_until = row.parked_reason = None
    return view(uow, row)


def lose(uow: UnitOfWork, delivery_id: UUID, report: Evidenced, *, actor: Actor) -> DeliveryView:
    """It is lost, by a report that says on what ground; the operator answers for it.

    A dispute about it is answered by that.

    Raises
    ------
    EvidenceMissing
        The report names no ground.
    SecondPersonNeeded
        Whoever carried it, or said that he handed it over, does not write it off himself.
    """
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    if not report.reason:
        raise EvidenceMissing(reason="lost")
    if actor.ref in makers_of(uow, row) or actor.id == str(row.courier_id):
        raise SecondPersonNeeded
    body = {"reason": report.reason, "blob_id": str(report.blob_id) if report.blob_id else None}
    store.move(uow, row, DeliveryAction.LOSE, actor=actor, body=body)
    store.close_disputes(uow, row, DisputeOutcome.LOST, actor)
    tell(uow, topics.LOST, row)
    return view(uow, row)


def recover(uow: UnitOfWork, delivery_id: UUID, seen_number: str, *, actor: Actor) -> DeliveryView:
    """What was lost lies at the point again, under its own number.

    Its custody goes on from whoever held it on record; the form of his word says "found".
    """
    row = _open_for(uow, delivery_id, DeliveryAction.RECOVER, actor)
    check_number(uow, row, seen_number)
    take_in(uow, row, actor)
    store.move(uow, row, DeliveryAction.RECOVER, actor=actor)
    return view(uow, row)


def check_number(uow: UnitOfWork, row: DeliveryRow, seen_number: str) -> None:
    """Raises ItemDiffers unless the number seen is the envelope's own: its label is its seal."""
    seen = seen_number.replace(" ", "").upper()
    if row.item_id is None or item_view(uow, row.item_id).number != seen:
        raise ItemDiffers(number=seen)


def check_at_office(uow: UnitOfWork, row: DeliveryRow) -> None:
    """Raises ItemElsewhere while a courier, a colleague of his or a pouch has it."""
    holder = holder_of(uow, row)
    if holder is None or holder.kind not in (HolderKind.POINT, HolderKind.SECTION):
        raise ItemElsewhere(delivery=row.label)


def take_in(uow: UnitOfWork, row: DeliveryRow, actor: Actor) -> None:
    """The envelope lies at the point: whoever held it on record is taken at his word. Raises
    ItemElsewhere."""
    point = Holder(HolderKind.POINT, str(row.point_id))
    holder = holder_of(uow, row)
    if row.item_id is None or holder is None:
        raise ItemElsewhere(delivery=row.label)
    if holder != point:
        found = HandOver((row.item_id,), holder, point, place="found", giver_signed=FOUND)
        hand_over(uow, found, actor=actor)


def _check_with(uow: UnitOfWork, row: DeliveryRow, courier_id: UUID) -> None:
    if holder_of(uow, row) != Holder(HolderKind.STAFF, str(courier_id)):
        raise ItemElsewhere(delivery=row.label)


def _open_for(
    uow: UnitOfWork, delivery_id: UUID, action: DeliveryAction, actor: Actor
) -> DeliveryRow:
    """The delivery, after the table was asked: a wrong state is said before anything else."""
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    next_move(DeliveryStatus(row.status), action, is_parked=row.parked_reason is not None)
    return row

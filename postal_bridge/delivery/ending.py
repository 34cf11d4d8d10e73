"""A delivery that nobody goes any more: cancelled with its fare, replaced, and put back.

Parts. A result always has a way out: what is not brought is given out at the section, for nothing.
"""

from uuid import UUID

from postal_bridge.delivery import contract_causes, store
from postal_bridge.delivery.anew import like
from postal_bridge.delivery.clearing import clear, quote_delivery, register_delivery
from postal_bridge.delivery.door_fee import put_door_fee
from postal_bridge.delivery.errors import FeeDueWithResult
from postal_bridge.delivery.looking import view
from postal_bridge.delivery.rules import BEFORE_PACKING, MOVES, DeliveryAction, DeliveryStatus
from postal_bridge.delivery.tables import DeliveryRow
from postal_bridge.delivery.types import CancelReason, Clearance, Place
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.errors import MoveNotOpen
from postal_bridge.kernel.unit_of_work import UnitOfWork
from postal_bridge.money.fee_settling import fees_due_at_door
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.service import (
    call_off_fare,
    due_at_door,
    payment_status_of_quote,
    restore_fare,
)

EVERYTHING = Scope(everything=True)


def cancel(uow: UnitOfWork, delivery_id: UUID, why: CancelReason, *, actor: Actor) -> DeliveryView:
    """Nobody brings it any more, possible until it is out; nobody owes its fare."""
    return _cancel(uow, store.find(uow, delivery_id, actor.scope, lock=True), why, actor)


def cancel_deliveries_of(
    uow: UnitOfWork, dossier_id: UUID, why: CancelReason, *, actor: Actor
) -> tuple[DeliveryView, ...]:
    """No result will come: nothing of the dossier waits for one. The caller has found it."""
    return tuple(
        _cancel(uow, store.find(uow, row.id, EVERYTHING, lock=True), why, actor)
        for row in store.of_dossier(uow, dossier_id)
        if (DeliveryStatus(row.status), DeliveryAction.CANCEL) in MOVES
    )


def fetch_at_section(uow: UnitOfWork, delivery_id: UUID, *, actor: Actor) -> DeliveryView:
    """Cancelled, and the result waits at the section instead; returns that new delivery.

    Raises
    ------
    MoveNotOpen
        It is packed already, or waits at the section anyway.
    FeeDueWithResult
        The agency's money is to be taken with it, and a section has no drawer of the post.
    """
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    if row.status not in BEFORE_PACKING or row.place == Place.SECTION:
        raise MoveNotOpen(
            machine="delivery", status=str(row.status), action=DeliveryAction.CANCEL.value
        )
    if row.door_fee_vnd:
        raise FeeDueWithResult(amount_vnd=row.door_fee_vnd)
    _cancel(uow, row, CancelReason.FETCHED_AT_SECTION, actor)
    return wait_at_section(uow, row, actor=actor)


def wait_at_section(uow: UnitOfWork, row: DeliveryRow, *, actor: Actor) -> DeliveryView:
    """The same result to the same people, given out where it is made; it costs nothing."""
    new = like(uow, row, Place.SECTION, row.take_back_papers)
    made = register_delivery(uow, new, actor=actor)
    quote_delivery(uow, made.id, None, actor=actor)
    return clear(uow, made.id, Clearance.NOTHING_DUE, actor=actor)


def put_fare_back(uow: UnitOfWork, row: DeliveryRow, *, actor: Actor, second_person: str) -> None:
    """What was called off with the delivery is owed, or paid, as before. Raises FareGivenBack."""
    put_door_fee(uow, row, fees_due_at_door(uow, row.dossier_id), actor=actor)
    if row.quote_id is None:
        return
    restore_fare(uow, row.quote_id, actor=actor, second_person=second_person)
    payment = payment_status_of_quote(uow, row.quote_id)
    is_settled = payment is not None and payment.status is PaymentStatus.PAID
    if row.clearance == Clearance.AT_DOOR and not is_settled:
        due_at_door(uow, row.quote_id, actor=actor)


def _cancel(uow: UnitOfWork, row: DeliveryRow, why: CancelReason, actor: Actor) -> DeliveryView:
    store.move(uow, row, DeliveryAction.CANCEL, actor=actor, body={"why": why.value})
    put_door_fee(uow, row, 0, actor=actor)
    if row.quote_id is not None:
        call_off_fare(uow, row.quote_id, why.value, actor=actor)
    contract_causes.after_cancelling(uow, row, why.value, actor=actor)
    return view(uow, row)

"""A report of "delivered" that was wrong: the envelope lies at the office. Part."""

from uuid import UUID

from postal_bridge.delivery import store
from postal_bridge.delivery.carrying import check_number, take_in
from postal_bridge.delivery.errors import SecondPersonNeeded
from postal_bridge.delivery.failing import fail
from postal_bridge.delivery.proof_records import makers_of
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus
from postal_bridge.delivery.types import Failure
from postal_bridge.delivery.undeliverable import FailureReason, NextStep
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import MoveNotOpen
from postal_bridge.kernel.unit_of_work import UnitOfWork


def refute_report(
    uow: UnitOfWork,
    delivery_id: UUID,
    reason: FailureReason,
    seen_number: str,
    *,
    actor: Actor,
) -> DeliveryView:
    """It was not delivered: the visit failed, without using up an attempt nobody can prove.

    The evidence is the envelope itself, read at the office; its custody goes on from whoever
    held it on record, whose word is "found".

    Raises
    ------
    MoveNotOpen
        Nothing is only reported.
    SecondPersonNeeded
        Whoever made the report does not take it back himself.
    ItemDiffers, ItemElsewhere
    """
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    if row.status != DeliveryStatus.REPORTED_DELIVERED:
        raise MoveNotOpen(
            machine="delivery", status=str(row.status), action=DeliveryAction.FAIL.value
        )
    if actor.ref in makers_of(uow, row):
        raise SecondPersonNeeded
    check_number(uow, row, seen_number)
    take_in(uow, row, actor)
    return fail(uow, delivery_id, Failure(reason, NextStep.HOLD_NOTIFY), actor=actor)

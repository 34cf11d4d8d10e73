"""Somebody says: delivered, but not to me. "Delivered" is never the last word."""

from datetime import timedelta
from uuid import UUID

from postal_bridge.delivery import store, topics
from postal_bridge.delivery.doors import forget_contested
from postal_bridge.delivery.errors import SecondPersonNeeded, WindowPassed
from postal_bridge.delivery.looking import dispute_view, view
from postal_bridge.delivery.proof_records import makers_of
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus, next_move
from postal_bridge.delivery.tables import DisputeRow
from postal_bridge.delivery.telling import tell
from postal_bridge.delivery.types import DisputeOutcome, Evidenced, NewDispute
from postal_bridge.delivery.undeliverable import EvidenceMissing
from postal_bridge.delivery.views import DeliveryView, DisputeView
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork

FAST_LANE = timedelta(days=10)
"""The button's time. Written complaints run on: six months from the end of the transit time
for loss or delay, one month from delivery for damage or fare (Circular 05/2011/TT-BTTTT
art. 9)."""

SWAP_WITHIN = timedelta(minutes=20)
ANSWER_WITHIN = timedelta(hours=48)


def dispute(uow: UnitOfWork, delivery_id: UUID, new: NewDispute, *, actor: Actor) -> DisputeView:
    """The delivery is contested; somebody owes an answer within 48 hours.

    The holder on record stays as he is: a dispute moves nothing.

    Raises
    ------
    WindowPassed
        Ten days are over; the written complaint remains.
    """
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    next_move(DeliveryStatus(row.status), DeliveryAction.DISPUTE)
    if uow.now - row.status_at > FAST_LANE:
        raise WindowPassed(days=FAST_LANE.days)
    contested = DisputeRow(
        id=new_id(),
        delivery_id=row.id,
        opened_at=uow.now,
        opened_by=actor.ref,
        kind=new.kind,
        answer_due_at=uow.now + ANSWER_WITHIN,
    )
    contested.words_sealed = uow.vault.seal_text(
        row.dossier_id, new.words, place=f"delivery_disputes.words:{contested.id}"
    )
    uow.session.add(contested)
    body = {"dispute_id": str(contested.id), "kind": new.kind.value}
    store.move(uow, row, DeliveryAction.DISPUTE, actor=actor, body=body)
    forget_contested(uow, row.id)
    tell(uow, topics.DISPUTED, row)
    return dispute_view(uow, contested, row)


def confirm(uow: UnitOfWork, delivery_id: UUID, answer: Evidenced, *, actor: Actor) -> DeliveryView:
    """The dispute is answered: the right person has it, by evidence.

    Raises
    ------
    EvidenceMissing
        The answer says nothing it rests on.
    SecondPersonNeeded
        Whoever handed it over does not answer for himself.
    """
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    next_move(DeliveryStatus(row.status), DeliveryAction.CONFIRM)
    if not answer.reason:
        raise EvidenceMissing(reason="confirmed")
    if actor.ref in makers_of(uow, row):
        raise SecondPersonNeeded
    body = {"reason": answer.reason, "blob_id": str(answer.blob_id) if answer.blob_id else None}
    store.move(uow, row, DeliveryAction.CONFIRM, actor=actor, body=body)
    store.close_disputes(uow, row, DisputeOutcome.CONFIRMED, actor)
    return view(uow, row)


def swap_candidates(uow: ReadUnit, delivery_id: UUID, scope: Scope) -> tuple[str, ...]:
    """Labels of what the same courier handed over within minutes: the likeliest to be swapped."""
    row = store.find(uow, delivery_id, scope)
    return tuple(
        label
        for proof in store.proofs(uow.session, row.id)[:1]
        for label in store.labels_near(uow, proof, SWAP_WITHIN, scope)
    )

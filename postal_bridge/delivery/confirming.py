"""A report becomes a hand-over when somebody beside its maker stands for it (C6)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.delivery import store
from postal_bridge.delivery.errors import SecondPersonNeeded
from postal_bridge.delivery.given import deliver, demanded
from postal_bridge.delivery.looking import view
from postal_bridge.delivery.proof import ProofLevel, Receiver, Signature
from postal_bridge.delivery.proof_records import own_proof
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus, next_move
from postal_bridge.delivery.tables import DeliveryRow, ProofRow
from postal_bridge.delivery.types import Location
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel.actor import Actor, ActorKind, Role, Scope
from postal_bridge.kernel.errors import Forbidden
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork


@dataclass(frozen=True, slots=True)
class ReportedProof:
    """What stands behind "delivered" while it is only reported.

    Attributes
    ----------
    actor : reference of whoever says so
    is_complete : a proof of our own whose place alone is in doubt; somebody else may accept it
    distance_m : how far from the address the phone was
    """

    actor: str
    at: datetime
    is_complete: bool
    receiver: Receiver | None
    signature: Signature | None
    location: Location
    distance_m: int | None


def confirm_receipt(uow: UnitOfWork, delivery_id: UUID, *, actor: Actor) -> DeliveryView:
    """The citizen says that it arrived.

    With a complete proof of our own beside it, only whose place was in doubt, nothing is
    missing any more; alone it is a citizen's confirmation.
    """
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    next_move(DeliveryStatus(row.status), DeliveryAction.HAND_OVER)
    if row.status != DeliveryStatus.REPORTED_DELIVERED or actor.kind is not ActorKind.CITIZEN:
        raise Forbidden
    own = own_proof(uow, row)
    level = ProofLevel.CITIZEN_CONFIRMED if own is None else ProofLevel.OWN_PROOF
    return _raise_level(uow, row, level, own, actor)


def accept_proof(uow: UnitOfWork, delivery_id: UUID, *, actor: Actor) -> DeliveryView:
    """A supervisor, who is not its maker, accepts a complete proof whose place was in doubt.

    Raises
    ------
    SecondPersonNeeded
        The one who made the proof, or who is no supervisor, cannot accept it.
    """
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    next_move(DeliveryStatus(row.status), DeliveryAction.HAND_OVER)
    own = own_proof(uow, row)
    is_second = own is not None and own.actor != actor.ref and Role.SUPERVISOR in actor.roles
    if row.status != DeliveryStatus.REPORTED_DELIVERED or not is_second:
        raise SecondPersonNeeded
    return _raise_level(uow, row, ProofLevel.OWN_PROOF, own, actor)


def reported_proof(uow: ReadUnit, delivery_id: UUID, scope: Scope) -> ReportedProof | None:
    """What the report that stands rests on; None unless the delivery is only reported."""
    row = store.find(uow, delivery_id, scope)
    proofs = store.proofs(uow.session, row.id)
    if row.status != DeliveryStatus.REPORTED_DELIVERED or not proofs:
        return None
    own = own_proof(uow, row)
    proof = own or proofs[-1]
    return ReportedProof(
        actor=proof.actor,
        at=proof.at,
        is_complete=own is not None,
        receiver=Receiver(proof.receiver) if proof.receiver else None,
        signature=Signature(proof.signature) if proof.signature else None,
        location=Location(proof.location),
        distance_m=proof.distance_m,
    )


def _raise_level(
    uow: UnitOfWork, row: DeliveryRow, level: ProofLevel, own: ProofRow | None, actor: Actor
) -> DeliveryView:
    proof = ProofRow(
        id=new_id(),
        delivery_id=row.id,
        at=uow.now,
        actor=actor.ref,
        level=int(level),
        receiver=own.receiver if own else None,
        party_id=own.party_id if own else row.recipient_party_id,
        signature=own.signature if own else None,
        evidence=[],
        location=Location.NOT_ASKED,
        signature_blob_id=own.signature_blob_id if own else None,
        witness_blob_id=own.witness_blob_id if own else None,
    )
    uow.session.add(proof)
    if level >= demanded(row):
        deliver(uow, row, proof, actor)
    uow.session.flush()
    return view(uow, row)

"""Custody, dossier and delivery say together that the person has it, or that somebody says so."""

from datetime import datetime

from postal_bridge.custody.errors import OneSided
from postal_bridge.custody.handing_checks import speaks_for
from postal_bridge.custody.service import hand_over
from postal_bridge.custody.types import HandOver, Holder, HolderKind, SignatureRef
from postal_bridge.delivery import contract_causes, store, topics
from postal_bridge.delivery.errors import ItemElsewhere
from postal_bridge.delivery.looking import holder_of
from postal_bridge.delivery.proof import DocumentClass, ProofLevel, demanded_level
from postal_bridge.delivery.proof_records import proof_digest, signed
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus
from postal_bridge.delivery.tables import DeliveryRow, ProofRow
from postal_bridge.delivery.telling import tell
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.dossiers.service import dossier_view, mark_returned
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork

EVERYTHING = Scope(everything=True)

ON_RECORD = SignatureRef(form="proof_on_record")
"""The giver's side when a report is confirmed later: he said so when he made it."""


def deliver(
    uow: UnitOfWork,
    row: DeliveryRow,
    proof: ProofRow,
    actor: Actor,
    *,
    occurred_at: datetime | None = None,
) -> None:
    """Custody, dossier and delivery say together that the person has it."""
    if row.item_id is None or proof.party_id is None:
        raise ItemElsewhere(delivery=row.label)
    hand_over(
        uow,
        HandOver(
            item_ids=(row.item_id,),
            giver=giver_of(uow, row),
            receiver=Holder(HolderKind.PARTY, str(proof.party_id)),
            place=f"delivery:{row.place}",
            giver_signed=ON_RECORD if row.status == DeliveryStatus.REPORTED_DELIVERED else None,
            receiver_signed=signed(proof),
            occurred_at=occurred_at,
        ),
        actor=actor,
    )
    body = {
        "proof_id": str(proof.id),
        "proof_digest": proof_digest(proof),
        "level": ProofLevel(proof.level).name.lower(),
        "receiver": proof.receiver,
        "party_id": str(proof.party_id),
        "location": proof.location,
        "item_id": str(row.item_id),
    }
    was_held = row.status == DeliveryStatus.HELD_AT_POINT
    store.move(uow, row, DeliveryAction.HAND_OVER, actor=actor, body=body, occurred_at=occurred_at)
    row.held_until = None
    if was_held:
        contract_causes.after_storage(uow, row, actor=actor)
    if dossier_view(uow, row.dossier_id, EVERYTHING).status is not DossierStatus.RETURNED:
        mark_returned(uow, row.dossier_id, "hand_over", actor=actor)  # else it was found again
    tell(uow, topics.HANDED_OVER, row)


def report(
    uow: UnitOfWork,
    row: DeliveryRow,
    proof: ProofRow,
    actor: Actor,
    *,
    occurred_at: datetime | None,
) -> None:
    """A claim: the envelope stays with whoever had it in hand."""
    body = {
        "proof_id": str(proof.id),
        "proof_digest": proof_digest(proof),
        "location": proof.location,
    }
    store.move(
        uow, row, DeliveryAction.REPORT_DELIVERED, actor=actor, body=body, occurred_at=occurred_at
    )
    tell(uow, topics.REPORTED, row)


def giver_of(uow: ReadUnit, row: DeliveryRow) -> Holder:
    """Whoever of ours has the envelope in hand. Raises ItemElsewhere."""
    holder = holder_of(uow, row)
    if holder is None or holder.kind is HolderKind.PARTY:
        raise ItemElsewhere(delivery=row.label)
    return holder


def demanded(row: DeliveryRow) -> ProofLevel:
    """The level below which it stays `reported_delivered` (C6)."""
    contract = None if row.proof_demanded is None else ProofLevel(row.proof_demanded)
    return demanded_level(DocumentClass(row.document_class), contract)


def check_speaks(actor: Actor, giver: Holder, row: DeliveryRow) -> None:
    """Raises OneSided unless the envelope is the actor's own to give (C2).

    A doubtful place moves nothing in custody, so the giver's word is asked for here: whoever
    does not have it in hand does not report it delivered either.
    """
    if not speaks_for(actor, giver, unit_id=row.unit_id):
        raise OneSided(giver=giver.kind.value, receiver=HolderKind.PARTY.value)

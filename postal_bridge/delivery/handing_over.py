"""The result goes into a named person's hand, with the proof its document class demands (C6).

A hand-over moves the envelope in its custody line, finishes the dossier, takes back old papers
and takes the money due at the door, all in the caller's one unit of work. What is below the
demanded level stays `reported_delivered`.
"""

from uuid import UUID

from postal_bridge.custody.types import Holder, HolderKind, SignatureRef
from postal_bridge.delivery import store
from postal_bridge.delivery.carrying import check_number
from postal_bridge.delivery.door_fee import put_door_fee
from postal_bridge.delivery.doors import remember_door
from postal_bridge.delivery.errors import (
    CodeWrong,
    ItemElsewhere,
    OldPaperMissing,
    PaymentMissing,
)
from postal_bridge.delivery.given import check_speaks, deliver, demanded, giver_of, report
from postal_bridge.delivery.looking import fare_due_vnd, view
from postal_bridge.delivery.old_papers import take_old_papers
from postal_bridge.delivery.proof import (
    DocumentClass,
    ProofLevel,
    check_own_proof,
)
from postal_bridge.delivery.proof_records import keep, pieces, place_of
from postal_bridge.delivery.receivers import check_named
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus, next_move
from postal_bridge.delivery.tables import DeliveryRow, ProofRow
from postal_bridge.delivery.types import CarrierWord, HandOverTo, Location, ProofGiven
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import UnitOfWork
from postal_bridge.money.fee_settling import take_fees_at_door
from postal_bridge.money.service import take_at_door
from postal_bridge.people.service import check_hand_over_code


def hand_over_to(uow: UnitOfWork, command: HandOverTo, *, actor: Actor) -> DeliveryView:
    """The person has it, and its status says how well that is proved.

    At a door whose place fix speaks against the address, or is missing without a reason, it
    is `reported_delivered` until a supervisor or the citizen confirms.

    Raises
    ------
    MoveNotOpen
        It is not out for delivery and not held for collection.
    OneSided
        The envelope is in the hands of somebody the actor does not speak for.
    ItemDiffers, NotNamed, AuthorityEnded, ReceiverNotAllowed, SignatureNotAllowed,
    ProofIncomplete, OldPaperMissing, PaymentMissing
        Nothing was handed over.
    CodeWrong
        So that the try counts, the use case asks `people.try_hand_over_code` before its unit
        of work; here a right code is used up.
    """
    row = store.find(uow, command.delivery_id, actor.scope, lock=True)
    next_move(DeliveryStatus(row.status), DeliveryAction.HAND_OVER)
    if row.status == DeliveryStatus.REPORTED_DELIVERED:
        raise ItemElsewhere(delivery=row.label)  # it was given already: prove that instead
    giver = giver_of(uow, row)
    check_speaks(actor, giver, row)
    check_number(uow, row, command.seen_number)
    check_named(uow, row, command.proof)
    found = pieces(command.proof)
    document = DocumentClass(row.document_class)
    check_own_proof(document, command.proof.signature, command.proof.receiver, found)
    if command.papers_taken_back < row.take_back_papers:
        raise OldPaperMissing(count=row.take_back_papers)
    fare_vnd, fee_vnd = fare_due_vnd(uow, row), row.door_fee_vnd
    due_vnd = fare_vnd + fee_vnd
    if due_vnd != (command.paid_vnd or 0):
        raise PaymentMissing(due_vnd=due_vnd, paid_vnd=command.paid_vnd or 0)
    _check_code(uow, row, command.proof)

    if fare_vnd and row.quote_id is not None:
        take_at_door(uow, row.quote_id, fare_vnd, actor=actor)
    if fee_vnd:  # state money: a payment and a receipt of its own
        take_fees_at_door(uow, row.dossier_id, fee_vnd, actor=actor)
        put_door_fee(uow, row, 0, actor=actor)
    if command.papers_taken_back:
        _take_back(uow, row, command, giver, actor)
    location = place_of(uow, row, command.proof)
    is_proved = location is not Location.UNPROVED
    level = ProofLevel.OWN_PROOF if is_proved else ProofLevel.NONE
    proof = keep(uow, row, command.proof, found, level, location, actor)
    if is_proved:
        deliver(uow, row, proof, actor, occurred_at=command.proof.occurred_at)
        if location is Location.PROVED:
            remember_door(uow, row, command.proof.fix)
    else:
        report(uow, row, proof, actor, occurred_at=command.proof.occurred_at)
    return view(uow, row)


def report_delivered(
    uow: UnitOfWork, delivery_id: UUID, word: CarrierWord, *, actor: Actor
) -> DeliveryView:
    """A carrier's word alone: a claim, or a hand-over where his evidence reaches the level."""
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    next_move(DeliveryStatus(row.status), DeliveryAction.REPORT_DELIVERED)
    proof = ProofRow(
        id=new_id(),
        delivery_id=row.id,
        at=word.said_at,
        actor=actor.ref,
        level=int(ProofLevel.CARRIER_EVIDENCE if word.has_evidence else ProofLevel.NONE),
        evidence=[],
        location=Location.NOT_ASKED,
        photo_blob_id=word.photo_blob_id,
        carrier_ref=f"{word.carrier}:{word.reference}"[:80],
        party_id=row.recipient_party_id,
    )
    uow.session.add(proof)
    report(uow, row, proof, actor, occurred_at=word.said_at)
    if proof.level >= demanded(row):
        deliver(uow, row, proof, actor)
    return view(uow, row)


def _check_code(uow: UnitOfWork, row: DeliveryRow, given: ProofGiven) -> None:
    if given.code is None or row.item_id is None:
        return
    if not check_hand_over_code(uow, row.item_id, given.code):
        raise CodeWrong(delivery=row.label)


def _take_back(
    uow: UnitOfWork, row: DeliveryRow, command: HandOverTo, giver: Holder, actor: Actor
) -> None:
    """The old papers are an item of their own, from the party into the courier's hands."""
    party = Holder(HolderKind.PARTY, str(command.proof.party_id))
    signed = SignatureRef(
        form=command.proof.signature.value,
        blob_id=command.proof.signature_blob_id,
        witness=str(command.proof.witness_blob_id) if command.proof.witness_blob_id else None,
    )
    count, place = command.papers_taken_back, f"delivery:{row.place}"
    take_old_papers(uow, row, count, party, giver, place, signed, actor=actor)

"""The result goes into a named person's hand, with the proof its document class demands (C6).

A hand-over moves the envelope in its custody line, finishes the dossier, takes back old papers
and takes the money due at the door, all in the caller's one unit of work. What is below the
demanded level stays `reported_delivered`.
"""

from datetime import datetime
from uuid import UUID

from postal_bridge.custody.service import hand_over, register_item
from postal_bridge.custody.types import (
    HandOver,
    Holder,
    HolderKind,
    ItemKind,
    NewItem,
    SignatureRef,
)
from postal_bridge.delivery import store, topics
from postal_bridge.delivery.attempt_evidence import distance_m, location_of
from postal_bridge.delivery.carrying import check_number
from postal_bridge.delivery.errors import (
    CodeWrong,
    ItemElsewhere,
    OldPaperMissing,
    PaymentMissing,
    SecondPersonNeeded,
)
from postal_bridge.delivery.looking import collect_vnd, holder_of, view
from postal_bridge.delivery.proof import (
    DocumentClass,
    Evidence,
    ProofLevel,
    Signature,
    check_own_proof,
    demanded_level,
)
from postal_bridge.delivery.receivers import check_named
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus, next_move
from postal_bridge.delivery.tables import DeliveryRow, ProofRow
from postal_bridge.delivery.telling import tell
from postal_bridge.delivery.types import (
    CarrierWord,
    DeliveryView,
    HandOverTo,
    Location,
    Place,
    ProofGiven,
)
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.dossiers.service import dossier_view, mark_returned
from postal_bridge.kernel.actor import Actor, ActorKind, Role, Scope
from postal_bridge.kernel.errors import Forbidden
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import UnitOfWork
from postal_bridge.money.service import take_at_door
from postal_bridge.people.service import check_hand_over_code

OLD_PAPERS_G = 5
EVERYTHING = Scope(everything=True)

ON_RECORD = SignatureRef(form="proof_on_record")
"""The giver's side when a report is confirmed later: he said so when he made it."""


def hand_over_to(uow: UnitOfWork, command: HandOverTo, *, actor: Actor) -> DeliveryView:
    """The person has it, and its status says how well that is proved.

    At a door whose place fix speaks against the address, or is missing without a reason, it
    is `reported_delivered` until a supervisor or the citizen confirms.

    Raises
    ------
    MoveNotOpen
        It is not out for delivery and not held for collection.
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
    check_number(uow, row, command.seen_number)
    check_named(uow, row, command.proof)
    pieces = _pieces(command.proof)
    document = DocumentClass(row.document_class)
    check_own_proof(document, command.proof.signature, command.proof.receiver, pieces)
    if command.papers_taken_back < row.take_back_papers:
        raise OldPaperMissing(count=row.take_back_papers)
    due_vnd = collect_vnd(uow, row)
    if due_vnd != (command.paid_vnd or 0):
        raise PaymentMissing(due_vnd=due_vnd, paid_vnd=command.paid_vnd or 0)
    _check_code(uow, row, command.proof)

    if due_vnd and row.quote_id is not None:
        take_at_door(uow, row.quote_id, due_vnd, actor=actor)
    giver = _giver(uow, row)
    if command.papers_taken_back:
        _take_back(uow, row, command, giver, actor)
    location = _location(uow, row, command.proof)
    is_proved = location is not Location.UNPROVED
    level = ProofLevel.OWN_PROOF if is_proved else ProofLevel.NONE
    proof = _keep(uow, row, command.proof, pieces, level, location, actor)
    if is_proved:
        _deliver(uow, row, proof, actor, occurred_at=command.proof.occurred_at)
    else:
        _report(uow, row, proof, actor, occurred_at=command.proof.occurred_at)
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
    _report(uow, row, proof, actor, occurred_at=word.said_at)
    if proof.level >= _demanded(row):
        _deliver(uow, row, proof, actor)
    return view(uow, row)


def confirm_receipt(uow: UnitOfWork, delivery_id: UUID, *, actor: Actor) -> DeliveryView:
    """The citizen says that it arrived.

    With a complete proof of our own beside it, only whose place was in doubt, nothing is
    missing any more; alone it is a citizen's confirmation.
    """
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    next_move(DeliveryStatus(row.status), DeliveryAction.HAND_OVER)
    if row.status != DeliveryStatus.REPORTED_DELIVERED or actor.kind is not ActorKind.CITIZEN:
        raise Forbidden
    own = _own_proof(uow, row)
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
    own = _own_proof(uow, row)
    is_second = own is not None and own.actor != actor.ref and Role.SUPERVISOR in actor.roles
    if row.status != DeliveryStatus.REPORTED_DELIVERED or not is_second:
        raise SecondPersonNeeded
    return _raise_level(uow, row, ProofLevel.OWN_PROOF, own, actor)


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
    if level >= _demanded(row):
        _deliver(uow, row, proof, actor)
    uow.session.flush()
    return view(uow, row)


def _own_proof(uow: UnitOfWork, row: DeliveryRow) -> ProofRow | None:
    """The newest complete proof of ours, kept while its place was in doubt."""
    own = [proof for proof in store.proofs(uow.session, row.id) if proof.evidence]
    return own[-1] if own else None


def _demanded(row: DeliveryRow) -> ProofLevel:
    contract = None if row.proof_demanded is None else ProofLevel(row.proof_demanded)
    return demanded_level(DocumentClass(row.document_class), contract)


def _deliver(
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
            giver=_giver(uow, row),
            receiver=Holder(HolderKind.PARTY, str(proof.party_id)),
            place=f"delivery:{row.place}",
            giver_signed=ON_RECORD if row.status == DeliveryStatus.REPORTED_DELIVERED else None,
            receiver_signed=_signed(proof),
            occurred_at=occurred_at,
        ),
        actor=actor,
    )
    body = {
        "proof_id": str(proof.id),
        "level": ProofLevel(proof.level).name.lower(),
        "receiver": proof.receiver,
        "party_id": str(proof.party_id),
        "location": proof.location,
        "item_id": str(row.item_id),
    }
    store.move(uow, row, DeliveryAction.HAND_OVER, actor=actor, body=body, occurred_at=occurred_at)
    row.held_until = None
    if dossier_view(uow, row.dossier_id, EVERYTHING).status is not DossierStatus.RETURNED:
        mark_returned(uow, row.dossier_id, "hand_over", actor=actor)  # else it was found again
    tell(uow, topics.HANDED_OVER, row)


def _report(
    uow: UnitOfWork,
    row: DeliveryRow,
    proof: ProofRow,
    actor: Actor,
    *,
    occurred_at: datetime | None,
) -> None:
    body = {"proof_id": str(proof.id), "location": proof.location}
    store.move(
        uow, row, DeliveryAction.REPORT_DELIVERED, actor=actor, body=body, occurred_at=occurred_at
    )
    tell(uow, topics.REPORTED, row)


def _giver(uow: UnitOfWork, row: DeliveryRow) -> Holder:
    holder = holder_of(uow, row)
    if holder is None or holder.kind is HolderKind.PARTY:
        raise ItemElsewhere(delivery=row.label)
    return holder


def _signed(proof: ProofRow) -> SignatureRef:
    """The receiver's side of the hand-over; a witness is named by the file of his signature."""
    return SignatureRef(
        form=proof.signature or "confirmed",
        blob_id=proof.signature_blob_id,
        witness=str(proof.witness_blob_id) if proof.witness_blob_id else None,
    )


def _location(uow: UnitOfWork, row: DeliveryRow, given: ProofGiven) -> Location:
    if row.place != Place.DOOR or row.status != DeliveryStatus.OUT_FOR_DELIVERY:
        return Location.NOT_ASKED
    return location_of(given.fix, given.no_fix_reason, store.position_of(uow, row))


def _pieces(given: ProofGiven) -> frozenset[Evidence]:
    """Which pieces are on record. A code counts here as given; whether it fits is asked last."""
    is_print = given.signature is Signature.FINGERPRINT
    has_mark = given.signature_blob_id is not None
    found = {
        Evidence.RELATION: bool(given.relation.strip()),
        Evidence.ID_PAPER: bool(given.id_kind.strip()) and len(given.id_last4.strip()) == 4,
        Evidence.SIGNATURE: has_mark and not is_print,
        Evidence.FINGERPRINT: has_mark and is_print,
        Evidence.WITNESS_NAME: bool(given.witness_name.strip()),
        Evidence.WITNESS_SIGNATURE: given.witness_blob_id is not None,
        Evidence.CODE: bool(given.code),
        Evidence.AUTHORITY: given.is_authority_seen,
    }
    return frozenset(piece for piece, is_there in found.items() if is_there)


def _check_code(uow: UnitOfWork, row: DeliveryRow, given: ProofGiven) -> None:
    if given.code is None or row.item_id is None:
        return
    if not check_hand_over_code(uow, row.item_id, given.code):
        raise CodeWrong(delivery=row.label)


def _keep(
    uow: UnitOfWork,
    row: DeliveryRow,
    given: ProofGiven,
    pieces: frozenset[Evidence],
    level: ProofLevel,
    location: Location,
    actor: Actor,
) -> ProofRow:
    position = store.position_of(uow, row)
    proof_id = new_id()
    who = {
        "relation": given.relation,
        "id_kind": given.id_kind,
        "id_last4": given.id_last4,
        "witness_name": given.witness_name,
    }
    place = f"delivery_proofs.{{}}:{proof_id}"
    fix = store.fix_as_json(given.fix)
    proof = ProofRow(
        id=proof_id,
        delivery_id=row.id,
        at=given.occurred_at or uow.now,
        actor=actor.ref,
        level=int(level),
        receiver=given.receiver,
        party_id=given.party_id,
        signature=given.signature,
        evidence=sorted(pieces),
        who_sealed=store.seal_json(uow, row, place.format("who_sealed"), who),
        fix_sealed=store.seal_json(uow, row, place.format("fix_sealed"), fix),
        distance_m=distance_m(given.fix, position) if given.fix and position else None,
        location=location,
        signature_blob_id=given.signature_blob_id,
        witness_blob_id=given.witness_blob_id,
        photo_blob_id=given.photo_blob_id,
    )
    uow.session.add(proof)
    uow.session.flush()
    return proof


def _take_back(
    uow: UnitOfWork, row: DeliveryRow, command: HandOverTo, giver: Holder, actor: Actor
) -> None:
    """The old papers are an item of their own, from the party into the courier's hands."""
    party = Holder(HolderKind.PARTY, str(command.proof.party_id))
    old = register_item(
        uow,
        NewItem(
            kind=ItemKind.RETURNED_PAPERS,
            dossier_id=row.dossier_id,
            unit_id=row.unit_id,
            section_id=row.section_id,
            weight_g=OLD_PAPERS_G * command.papers_taken_back,
            holder=party,
        ),
        actor=actor,
    )
    signed = SignatureRef(
        form=command.proof.signature.value,
        blob_id=command.proof.signature_blob_id,
        witness=str(command.proof.witness_blob_id) if command.proof.witness_blob_id else None,
    )
    hand_over(
        uow,
        HandOver((old.id,), party, giver, place=f"delivery:{row.place}", giver_signed=signed),
        actor=actor,
    )

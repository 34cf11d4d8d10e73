"""What is put on record when a result leaves our hands: pieces of evidence, place, signatures."""

from collections.abc import Iterator

from postal_bridge.custody.types import SignatureRef
from postal_bridge.delivery import store
from postal_bridge.delivery.attempt_evidence import distance_m, location_of
from postal_bridge.delivery.proof import Evidence, ProofLevel, Signature
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus
from postal_bridge.delivery.tables import DeliveryRow, ProofRow
from postal_bridge.delivery.types import Location, Place, ProofGiven
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.canonical import digest
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork


def pieces(given: ProofGiven) -> frozenset[Evidence]:
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


def place_of(uow: ReadUnit, row: DeliveryRow, given: ProofGiven) -> Location:
    """What the fix says about a hand-over at the door; elsewhere no place is asked."""
    if row.place != Place.DOOR or row.status != DeliveryStatus.OUT_FOR_DELIVERY:
        return Location.NOT_ASKED
    return location_of(given.fix, given.no_fix_reason, store.position_of(uow, row))


def keep(
    uow: UnitOfWork,
    row: DeliveryRow,
    given: ProofGiven,
    found: frozenset[Evidence],
    level: ProofLevel,
    location: Location,
    actor: Actor,
) -> ProofRow:
    """The proof stands; what says who and where is sealed under the dossier's key."""
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
        evidence=sorted(found),
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


def proof_digest(proof: ProofRow) -> str:
    """SHA-256 over the row as it is stored: what is sealed by its ciphertext.

    The nonces of what is sealed are its salt, so it says nothing of the person; it can be made
    again after the dossier's key was destroyed.
    """
    said = {column.key: getattr(proof, column.key) for column in ProofRow.__table__.columns}
    sealed = {name: value.hex() for name, value in said.items() if isinstance(value, bytes)}
    return digest({**said, **sealed})


def signed(proof: ProofRow) -> SignatureRef:
    """The receiver's side of the hand-over; a witness is named by the file of his signature."""
    return SignatureRef(
        form=proof.signature or "confirmed",
        blob_id=proof.signature_blob_id,
        witness=str(proof.witness_blob_id) if proof.witness_blob_id else None,
    )


def own_proof(uow: ReadUnit, row: DeliveryRow) -> ProofRow | None:
    """The complete proof of ours behind the report that stands, whose place was in doubt.

    One from before a visit that failed was refuted by it and proves no later claim.
    """
    behind = next(_reports(uow, row), None)
    kept = {str(proof.id): proof for proof in store.proofs(uow.session, row.id)}
    own = kept.get(behind or "")
    return own if own is not None and own.evidence else None


def makers_of(uow: ReadUnit, row: DeliveryRow) -> frozenset[str]:
    """References of everybody whose word a proof of this delivery is."""
    return frozenset(proof.actor for proof in store.proofs(uow.session, row.id))


def _reports(uow: ReadUnit, row: DeliveryRow) -> Iterator[str]:
    """The proofs named by reports of this delivery, newest first."""
    kind = store.EVENT[DeliveryAction.REPORT_DELIVERED]
    for fact in reversed(streams.read(uow, streams.dossier_stream(row.dossier_id))):
        if fact.kind == kind and fact.body["delivery_id"] == str(row.id):
            yield fact.body["proof_id"]

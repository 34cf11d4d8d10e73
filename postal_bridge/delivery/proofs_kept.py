"""What was put on record at hand-overs, read again by whoever must judge them. Parts that look."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from postal_bridge.delivery import store
from postal_bridge.delivery.proof import Evidence, ProofLevel, Receiver, Signature
from postal_bridge.delivery.tables import ProofRow
from postal_bridge.delivery.types import Location
from postal_bridge.delivery.undeliverable import FailureReason
from postal_bridge.kernel.unit_of_work import ReadUnit


class ProofPicture(StrEnum):
    MARK = "mark"
    WITNESS = "witness"
    PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class KeptProof:
    """One proof of a delivery, as it was made.

    Attributes
    ----------
    actor : reference of whoever made it
    who : relation, kind of identity paper with its last four digits, the witness's name
    evidence : the pieces that were on record; none where a carrier or a citizen only said so
    distance_m : how far from the address the phone was
    pictures : the files of what was drawn or photographed
    """

    id: UUID
    at: datetime
    actor: str
    level: ProofLevel
    receiver: Receiver | None
    party_id: UUID | None
    signature: Signature | None
    evidence: frozenset[Evidence]
    location: Location
    distance_m: int | None
    carrier_ref: str | None
    who: Mapping[str, str] = field(repr=False)
    pictures: Mapping[ProofPicture, UUID] = field(repr=False)


@dataclass(frozen=True, slots=True)
class VisitPicture:
    """The picture that a courier took where nobody was met."""

    attempt_id: UUID
    at: datetime
    actor: str
    reason: FailureReason
    blob_id: UUID


def proofs_of(uow: ReadUnit, delivery_id: UUID) -> tuple[KeptProof, ...]:
    """In order of time; who asks must be allowed to see the delivery. Empty before the first."""
    return tuple(_kept(uow, delivery_id, one) for one in store.proofs(uow.session, delivery_id))


def visit_pictures_of(uow: ReadUnit, delivery_id: UUID) -> tuple[VisitPicture, ...]:
    """In order of time, of visits that count and of those that do not."""
    return tuple(
        VisitPicture(one.id, one.at, one.actor, FailureReason(one.reason), one.photo_blob_id)
        for one in store.attempts(uow.session, delivery_id)
        if one.photo_blob_id is not None
    )


def _kept(uow: ReadUnit, delivery_id: UUID, row: ProofRow) -> KeptProof:
    delivery = store.by_ids(uow, [delivery_id])[0]
    place = f"delivery_proofs.who_sealed:{row.id}"
    who = store.open_json(uow, delivery, place, row.who_sealed) or {}
    files = {
        ProofPicture.MARK: row.signature_blob_id,
        ProofPicture.WITNESS: row.witness_blob_id,
        ProofPicture.PHOTO: row.photo_blob_id,
    }
    return KeptProof(
        id=row.id,
        at=row.at,
        actor=row.actor,
        level=ProofLevel(row.level),
        receiver=Receiver(row.receiver) if row.receiver else None,
        party_id=row.party_id,
        signature=Signature(row.signature) if row.signature else None,
        evidence=frozenset(Evidence(one) for one in row.evidence),
        location=Location(row.location),
        distance_m=row.distance_m,
        carrier_ref=row.carrier_ref,
        who={name: said for name, said in who.items() if said},
        pictures={which: file for which, file in files.items() if file is not None},
    )

"""What was signed and photographed where a result was handed over, as a supervisor opens it."""

from dataclasses import dataclass, field
from uuid import UUID

from postal_bridge.counter.opening_files import KeptFile, OpenedFile, open_file
from postal_bridge.delivery.proofs_kept import KeptProof, VisitPicture
from postal_bridge.delivery.service import delivery_view, proofs_of, visit_pictures_of
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.errors import Forbidden, NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.people.service import name_behind, party_view, record_look

LOOK = "hand_over_proof"


@dataclass(frozen=True, slots=True)
class ProofLine:
    """A proof with who made it and who received; `receiver_name` is "" where nobody is named."""

    proof: KeptProof
    by: str
    receiver_name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class VisitLine:
    visit: VisitPicture
    by: str


@dataclass(frozen=True, slots=True)
class ProofsPage:
    """`visits`: where nobody was met and a picture was taken."""

    delivery: DeliveryView
    proofs: tuple[ProofLine, ...]
    visits: tuple[VisitLine, ...]


def open_proofs(delivery_id: UUID, *, actor: Actor, units: Units) -> ProofsPage:
    """Every proof of the delivery; the look stands before it is shown (S4).

    Raises
    ------
    Forbidden
        Only a supervisor judges what others signed.
    NotFound
        Outside the actor's scope.
    """
    _check(actor)
    with units.write() as uow:
        delivery = delivery_view(uow, delivery_id, actor.scope)
        record_look(uow, delivery.dossier_id, actor=actor, reason=LOOK)
        page = ProofsPage(
            delivery,
            tuple(_line(uow, one) for one in proofs_of(uow, delivery.id)),
            tuple(
                VisitLine(one, name_behind(uow, one.actor))
                for one in visit_pictures_of(uow, delivery.id)
            ),
        )
        uow.commit()
    return page


def open_proof_picture(
    delivery_id: UUID, file_id: UUID, *, actor: Actor, units: Units, blobs: Blobs
) -> OpenedFile:
    """What was drawn or photographed; the look stands before it is shown (S4).

    Raises
    ------
    Forbidden, StorageAway, KeyUnusable
    NotFound
        No file of a delivery of the actor's scope.
    """
    _check(actor)

    def picture(uow: UnitOfWork) -> KeptFile:
        delivery = delivery_view(uow, delivery_id, actor.scope)
        drawn = {
            file: which.value
            for proof in proofs_of(uow, delivery.id)
            for which, file in proof.pictures.items()
        }
        taken = {one.blob_id: "visit" for one in visit_pictures_of(uow, delivery.id)}
        if file_id not in drawn | taken:
            raise NotFound
        return KeptFile(delivery.dossier_id, file_id, (drawn | taken)[file_id])

    return open_file(picture, reason=LOOK, actor=actor, units=units, blobs=blobs)


def _check(actor: Actor) -> None:
    if Role.SUPERVISOR not in actor.roles:
        raise Forbidden


def _line(uow: ReadUnit, proof: KeptProof) -> ProofLine:
    received = "" if proof.party_id is None else party_view(uow, proof.party_id).full_name
    return ProofLine(proof, name_behind(uow, proof.actor), received)

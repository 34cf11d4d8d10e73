"""The same people are given a result once more: at the section, or made anew after a mistake."""

from uuid import UUID

from postal_bridge.custody.types import Holder, HolderKind, SignatureRef
from postal_bridge.delivery import store
from postal_bridge.delivery.clearing import register_delivery
from postal_bridge.delivery.errors import ResultNotGiven
from postal_bridge.delivery.looking import holder_of
from postal_bridge.delivery.old_papers import take_old_papers
from postal_bridge.delivery.proof import DocumentClass, ProofLevel, Receiver, Signature
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.tables import DeliveryRow
from postal_bridge.delivery.types import NewDelivery, Place
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.directory.rules import FareRefused
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork

GIVEN = frozenset({DeliveryStatus.HANDED_OVER, DeliveryStatus.CONFIRMED})
"""The citizen has the paper, and nobody contests it."""

SIGNED = SignatureRef(form=Signature.HANDWRITTEN.value)
"""Who brings the old result back signs the section's own book."""


def deliver_anew(
    uow: UnitOfWork,
    delivery_id: UUID,
    place: Place,
    take_back_papers: int,
    *,
    actor: Actor,
) -> DeliveryView:
    """A second delivery of a result that was given out, to the same people; nothing is quoted.

    Raises
    ------
    ResultNotGiven
        The first is not in the citizen's hands, or he says that it is not.
    """
    row = _given(uow, delivery_id, actor)
    return register_delivery(uow, like(uow, row, place, take_back_papers), actor=actor)


def take_old_result(uow: UnitOfWork, delivery_id: UUID, section_id: UUID, *, actor: Actor) -> None:
    """The old result is with the section again, an item of its own, by the citizen's signature.

    Raises ResultNotGiven.
    """
    row = _given(uow, delivery_id, actor)
    holder = holder_of(uow, row)
    if holder is None or holder.kind is not HolderKind.PARTY:
        raise ResultNotGiven(delivery=row.label)
    section = Holder(HolderKind.SECTION, str(section_id))
    take_old_papers(uow, row, 1, holder, section, "section", SIGNED, actor=actor)


def like(uow: ReadUnit, row: DeliveryRow, place: Place, take_back_papers: int) -> NewDelivery:
    """To the same people by the same terms, where `place` says."""
    demanded = row.proof_demanded
    return NewDelivery(
        dossier_id=row.dossier_id,
        unit_id=row.unit_id,
        point_id=row.point_id,
        section_id=row.section_id,
        recipient_party_id=row.recipient_party_id,
        place=place,
        who_may_receive=Receiver(row.who_may_receive),
        document_class=DocumentClass(row.document_class),
        proof_demanded=None if demanded is None else ProofLevel(demanded),
        fare_refused=FareRefused(row.fare_refused),
        take_back_papers=take_back_papers,
        is_return_wanted=row.is_return_wanted,
        position=store.position_of(uow, row) if place is Place.DOOR else None,
    )


def _given(uow: UnitOfWork, delivery_id: UUID, actor: Actor) -> DeliveryRow:
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    if DeliveryStatus(row.status) not in GIVEN:
        raise ResultNotGiven(delivery=row.label)
    return row

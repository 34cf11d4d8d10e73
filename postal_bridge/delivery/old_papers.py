"""Old papers that come back from a person, as an item of their own. Part."""

from postal_bridge.custody.service import hand_over, register_item
from postal_bridge.custody.types import HandOver, Holder, ItemKind, NewItem, SignatureRef
from postal_bridge.delivery.tables import DeliveryRow
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import UnitOfWork

OLD_PAPER_G = 5


def take_old_papers(
    uow: UnitOfWork,
    row: DeliveryRow,
    count: int,
    giver: Holder,
    receiver: Holder,
    place: str,
    signed: SignatureRef,
    *,
    actor: Actor,
) -> None:
    """They are with the receiver, by the giver's signature."""
    old = register_item(
        uow,
        NewItem(
            kind=ItemKind.RETURNED_PAPERS,
            dossier_id=row.dossier_id,
            unit_id=row.unit_id,
            section_id=row.section_id,
            weight_g=OLD_PAPER_G * count,
            holder=giver,
        ),
        actor=actor,
    )
    move = HandOver((old.id,), giver, receiver, place=place, giver_signed=signed)
    hand_over(uow, move, actor=actor)

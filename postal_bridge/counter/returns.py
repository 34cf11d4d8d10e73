"""A result that could not be given out is offered to whoever issued it, who must accept."""

from dataclasses import dataclass
from uuid import UUID

from postal_bridge.custody.service import item_view, offer
from postal_bridge.custody.types import HandOverView, Holder, HolderKind, Offer
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus
from postal_bridge.delivery.service import delivery_view
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import MoveNotOpen, NotFound
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.rules import Power, check_may


@dataclass(frozen=True, slots=True)
class OfferReturn:
    delivery_id: UUID


def offer_return(
    command: OfferReturn, *, actor: Actor, once: Once[HandOverView], units: Units
) -> bytes:
    """The envelope waits for the section's word; until it accepts, the post answers for it.

    Raises
    ------
    MoveNotOpen
        The delivery is not on its way back.
    NotHeldByGiver, OfferOpen
    """
    check_may(actor, Power.GIVE_OUT_RESULTS)
    with units.write() as uow:
        if (answer := once.kept(uow, actor)) is not None:
            return answer
        delivery = delivery_view(uow, command.delivery_id, actor.scope)
        if delivery.status is not DeliveryStatus.RETURNING:
            raise MoveNotOpen(
                machine="delivery", status=delivery.status.value, action=DeliveryAction.RETURN.value
            )
        if delivery.item_id is None or delivery.section_id is None:
            raise NotFound
        giver = item_view(uow, delivery.item_id).holder
        if giver is None:
            raise NotFound
        issuer = Holder(HolderKind.SECTION, str(delivery.section_id))
        place = f"point:{delivery.point_id}"
        made = offer(uow, Offer((delivery.item_id,), giver, issuer, place), actor=actor)
        answer = once.keep(uow, actor, made, dossier_id=delivery.dossier_id)
        uow.commit()
    return answer

"""Which result another may come along with: one visit, one fare. Parts; nothing is stored here.

Whoever hands in names the other dossier; money says whether one visit can carry both. The visit
is the household's where both addresses are one door, the hamlet's otherwise.

Source: ours (the rule of one visit stands in money/pricing.py).
"""

from dataclasses import dataclass
from uuid import UUID

from postal_bridge.counter.commands import Person
from postal_bridge.counter.rules import VisitNotFound, VisitNotOpen
from postal_bridge.delivery.door_rules import door_key
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import delivery_of_dossier, door_of, newest_deliveries
from postal_bridge.delivery.types import Place
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.dossiers.service import dossier_by_number, dossiers_by_id
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money.service import results_quoted_since

LOOKED_AT = 40  # the latest quotes of the day: who shares a door comes together, or soon after
MOST_OFFERED = 3


@dataclass(frozen=True, slots=True)
class SharedVisit:
    """`visit`: "household" or "hamlet"; `quote_id`: the fare that pays for the visit so far."""

    visit: str
    quote_id: UUID


def shared_visit(
    uow: ReadUnit, number: str | None, recipient: Person | None, *, actor: Actor
) -> SharedVisit | None:
    """The visit of the dossier with this number; None where the result goes by itself.

    Raises
    ------
    VisitNotFound
        No such dossier, or none that this actor may see.
    VisitNotOpen
        Its result is not waiting to be packed for somebody's home.
    """
    if number is None:
        return None
    found = dossier_by_number(uow, number, actor.scope)
    if found is None:
        raise VisitNotFound(number=number[:40])
    delivery = delivery_of_dossier(uow, found.id)
    if delivery is None or not _waits(delivery) or delivery.quote_id is None:
        raise VisitNotOpen(number=found.number_shown)
    door = _door(recipient)
    is_same = door is not None and door == door_of(uow, delivery.recipient_party_id)
    return SharedVisit("household" if is_same else "hamlet", delivery.quote_id)


def visits_to_same_door(
    uow: ReadUnit, recipient: Person | None, *, actor: Actor
) -> tuple[str, ...]:
    """Numbers of the dossiers whose results wait for the same door and were quoted today."""
    door = _door(recipient)
    if recipient is None or recipient.commune_code is None or door is None:
        return ()
    midnight = local(uow.now).replace(hour=0, minute=0, second=0, microsecond=0)
    ids = results_quoted_since(uow, midnight, recipient.commune_code, most=LOOKED_AT, actor=actor)
    deliveries = newest_deliveries(uow, ids)
    there = [
        dossier_id
        for dossier_id in dict.fromkeys(ids)
        if (one := deliveries.get(dossier_id)) is not None
        and _waits(one)
        and door_of(uow, one.recipient_party_id) == door
    ][:MOST_OFFERED]
    dossiers = dossiers_by_id(uow, there, actor.scope)
    return tuple(dossiers[one].number_shown for one in there)


def _waits(delivery: DeliveryView) -> bool:
    return delivery.place is Place.DOOR and delivery.status is DeliveryStatus.CLEARED


def _door(recipient: Person | None) -> str | None:
    if recipient is None:
        return None
    return door_key(recipient.commune_code, recipient.address_text, recipient.full_name)

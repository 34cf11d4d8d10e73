"""Whether the post may remember where a citizen's door is: asked, said yes to, and taken back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import (
    allow_door,
    delivery_of_dossier,
    door_consent,
    door_rule,
    forget_door,
)
from postal_bridge.delivery.types import Place
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.dossiers.service import dossier_view
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import MoveNotOpen, NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.people.rules import Power, check_may

OVER = frozenset(
    {
        DeliveryStatus.HANDED_OVER,
        DeliveryStatus.CONFIRMED,
        DeliveryStatus.DISPUTED,
        DeliveryStatus.CANCELLED,
        DeliveryStatus.RETURNED_TO_ISSUER,
    }
)
CHANNEL = "citizen_page"


@dataclass(frozen=True, slots=True)
class DoorPage:
    """`since`: when it was allowed, None where it is not.

    `may_allow`: somebody still comes. `kept_months`: how long it would be remembered.
    """

    since: datetime | None
    may_allow: bool
    kept_months: int


@dataclass(frozen=True, slots=True)
class AnswerDoor:
    is_allowed: bool


def door_page(*, actor: Actor, units: Units) -> DoorPage:
    """What the citizen has said. Raises NotFound where no result is brought to a door."""
    with units.read() as uow:
        return _page(uow, _own(uow, actor))


def answer_door(command: AnswerDoor, *, actor: Actor, units: Units) -> DoorPage:
    """The door may be remembered, or it is forgotten; the same answer twice changes nothing.

    Raises
    ------
    NotFound
        No result is brought to a door.
    MoveNotOpen
        It is allowed when nobody comes any more; taking it back is open always.
    """
    with units.write() as uow:
        delivery = _own(uow, actor)
        if not command.is_allowed:
            forget_door(uow, delivery.dossier_id, actor=actor)
        elif delivery.status in OVER:
            raise MoveNotOpen(
                machine="delivery", status=delivery.status.value, action="remember_door"
            )
        else:
            party_id = delivery.recipient_party_id
            allow_door(uow, delivery.dossier_id, party_id, CHANNEL, actor=actor)
        page = _page(uow, delivery)
        uow.commit()
    return page


def forget_door_at_counter(dossier_id: UUID, *, actor: Actor, units: Units) -> None:
    """The citizen takes it back in person, as easily as it was said. Raises NotFound, Forbidden."""
    check_may(actor, Power.ACCEPT_DOSSIERS)
    with units.write() as uow:
        dossier_view(uow, dossier_id, actor.scope)
        forget_door(uow, dossier_id, actor=actor)
        uow.commit()


def _page(uow: ReadUnit, delivery: DeliveryView) -> DoorPage:
    consent, rule = door_consent(uow, delivery.dossier_id), door_rule(uow)
    return DoorPage(
        consent.given_at if consent else None,
        delivery.status not in OVER,
        rule.months if rule else 0,
    )


def _own(uow: ReadUnit, actor: Actor) -> DeliveryView:
    dossier_id = actor.scope.dossier_id
    delivery = delivery_of_dossier(uow, dossier_id) if dossier_id else None
    if delivery is None or delivery.place is not Place.DOOR:
        raise NotFound
    return delivery

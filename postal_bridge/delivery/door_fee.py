"""The rest of an agency's fee that is taken together with the result."""

from uuid import UUID

from postal_bridge.delivery import store
from postal_bridge.delivery.errors import NoDoorToPayAt
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.types import Place
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import UnitOfWork

_S = DeliveryStatus
BEFORE_THE_ROAD = frozenset({_S.REGISTERED, _S.QUOTED, _S.CLEARED, _S.PACKED})
"""Later a courier's phone shows what to take already, perhaps without signal."""


def charge_fee_at_door(uow: UnitOfWork, dossier_id: UUID, amount_vnd: int, *, actor: Actor) -> None:
    """So much of the agency's money is taken with the result; zero takes none.

    Raises
    ------
    NoDoorToPayAt
        The result goes to no door, or is on its way to it.
    """
    row = next(iter(store.of_dossier(uow, dossier_id)), None)
    if row is None or row.door_fee_vnd == amount_vnd:
        if amount_vnd and row is None:
            raise NoDoorToPayAt
        return
    row = store.find(uow, row.id, actor.scope, lock=True)
    is_ahead = row.place == Place.DOOR and row.status in BEFORE_THE_ROAD
    if not is_ahead:
        raise NoDoorToPayAt
    row.door_fee_vnd = amount_vnd
    uow.session.flush()


def door_fee_taken(uow: UnitOfWork, delivery_id: UUID, *, actor: Actor) -> None:
    """It was paid where the result is collected."""
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    row.door_fee_vnd = 0
    uow.session.flush()

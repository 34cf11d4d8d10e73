"""The rest of an agency's fee that is taken together with the result."""

from uuid import UUID

from postal_bridge.delivery import store
from postal_bridge.delivery.errors import NoDoorToPayAt
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.tables import DeliveryRow
from postal_bridge.delivery.types import Place
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import UnitOfWork

PUT = "delivery.door_fee_put"
SAID = "door_fee_vnd"
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
    put_door_fee(uow, row, amount_vnd, actor=actor)


def door_fee_taken(uow: UnitOfWork, delivery_id: UUID, *, actor: Actor) -> None:
    """It was paid where the result is collected."""
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    put_door_fee(uow, row, 0, actor=actor)


def put_door_fee(uow: UnitOfWork, row: DeliveryRow, amount_vnd: int, *, actor: Actor) -> None:
    """The one place where it is written; the dossier's stream says how much it is from now on."""
    if row.door_fee_vnd == amount_vnd:
        return
    row.door_fee_vnd = amount_vnd
    body = {"delivery_id": str(row.id), SAID: amount_vnd}
    streams.append(uow, streams.dossier_stream(row.dossier_id), PUT, body, actor=actor)
    uow.session.flush()

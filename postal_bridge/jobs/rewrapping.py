"""What stands under older keys is brought under the active ones, a hundred rows at a time.

The links on slips stay under the blind-index key they were made with: what was printed is nowhere
kept, so it cannot be hashed anew.
"""

from collections.abc import Callable
from dataclasses import dataclass

from postal_bridge.delivery.service import rewrite_door_forms
from postal_bridge.jobs import store
from postal_bridge.kernel.keys import Purpose
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.people.service import rewrite_person_forms

ROWS_PER_TRANSACTION = 100


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """How many were moved: dossiers' data keys, forms people are found by, and doors."""

    data_keys: int
    people: int
    doors: int


def rewrap_all(*, units: Units) -> Rewrapped:
    """No data key and no blind form is under an older key any more.

    Stopping in between loses nothing: both keys read until the older one is retired.
    """
    return Rewrapped(
        data_keys=_until_none(_rewrap_data_keys, units),
        people=_until_none(rewrite_person_forms, units),
        doors=_until_none(rewrite_door_forms, units),
    )


def _until_none(move: Callable[[UnitOfWork, int], int], units: Units) -> int:
    moved = 0
    while True:
        with units.write() as uow:
            some = move(uow, ROWS_PER_TRANSACTION)
            uow.commit()
        moved += some
        if not some:
            return moved


def _rewrap_data_keys(uow: UnitOfWork, limit: int) -> int:
    active = uow.ring.active(Purpose.FIELD_MASTER).id
    waiting = store.dossiers_wrapped_by_others(uow.session, active, limit=limit)
    for dossier_id in waiting:
        uow.vault.rewrap(dossier_id)
    return len(waiting)

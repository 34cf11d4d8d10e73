"""Moves every dossier's data key under the active master key, a hundred at a time."""

from postal_bridge.jobs import store
from postal_bridge.kernel.keys import Purpose
from postal_bridge.kernel.unit_of_work import Units

KEYS_PER_TRANSACTION = 100


def rewrap_all(*, units: Units) -> int:
    """No data key is under an older master key any more; returns how many were moved.

    Stopping in between loses nothing: both keys open until the older one is retired.
    """
    active = units.ring.active(Purpose.FIELD_MASTER).id
    moved = 0
    while True:
        with units.write() as uow:
            waiting = store.dossiers_wrapped_by_others(
                uow.session, active, limit=KEYS_PER_TRANSACTION
            )
            for dossier_id in waiting:
                uow.vault.rewrap(dossier_id)
            uow.commit()
        moved += len(waiting)
        if not waiting:
            return moved

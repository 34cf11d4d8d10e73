"""Makes due again what nobody works on any more: lost offers, leases of dead workers."""

from collections.abc import Mapping

from postal_bridge.jobs.relay import ROWS_PER_TRANSACTION, Guard, unguarded
from postal_bridge.kernel import actions
from postal_bridge.kernel.outbox import Handler
from postal_bridge.kernel.unit_of_work import Units


def reap(*, units: Units, handlers: Mapping[str, Handler], guard: Guard = unguarded) -> int:
    """Every action whose lease has run out waits for a new offer; returns how many.

    A lost wake-up is no try; a worker that died with the action is one.
    """
    freed = 0
    while True:
        with units.write() as uow:
            guard(uow)
            count = actions.reap(
                uow.session,
                handlers,
                now=uow.machine_now,
                business_now=uow.now,
                limit=ROWS_PER_TRANSACTION,
            )
            uow.commit()
        freed += count
        if count < ROWS_PER_TRANSACTION:
            return freed

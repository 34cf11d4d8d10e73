"""Offers due actions to workers. The offer is committed before anyone can see the job."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from postal_bridge.kernel import actions
from postal_bridge.kernel.actions import Offer
from postal_bridge.kernel.outbox import Handler, JobQueue
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units

Guard = Callable[[UnitOfWork], None]
"""Asked first in each writing unit; raises where this process may not act any more."""

ROWS_PER_TRANSACTION = 100


def unguarded(_: UnitOfWork) -> None:
    """For tests and single processes: nobody else acts."""


def relay(
    *,
    units: Units,
    handlers: Mapping[str, Handler],
    queue: JobQueue,
    offer_lease_s: int,
    guard: Guard = unguarded,
    limit: int = ROWS_PER_TRANSACTION,
) -> int:
    """Offer up to `limit` due actions to workers, oldest first; return how many.

    A crash between commit and enqueue loses only the wake-up: the offer's lease runs out
    and the reaper frees the action.

    Source
    ------
    Design section 7; rule R2 of the limits of RQ.
    """
    if not _is_work_open(units):
        return 0  # looking takes no lock; an idle keeper holds up no writer
    with units.write() as uow:
        guard(uow)
        offers = actions.offer(
            uow.session,
            handlers,
            now=uow.machine_now,
            business_now=uow.now,
            offer_lease_s=offer_lease_s,
            limit=limit,
        )
        uow.commit()
    for offer in _waking(offers, handlers):
        queue.enqueue(
            offer.action_id,
            job_id=f"{offer.action_id}-{offer.offer_no}",
            policy=handlers[offer.handler].policy,
        )
    return len(offers)


def _waking(offers: Iterable[Offer], handlers: Mapping[str, Handler]) -> Iterator[Offer]:
    """One offer for each job: where a job takes many actions, it finds the others itself."""
    fresh: Counter[str] = Counter()
    for offer in offers:
        if not offer.has_failed:
            fresh[offer.handler] += 1
        at_once = handlers[offer.handler].policy.at_once
        if offer.has_failed or at_once == 1 or fresh[offer.handler] % at_once == 1:
            yield offer


def _is_work_open(units: Units) -> bool:
    with units.read() as view:
        return actions.count_open(view.session, business_now=view.now) > 0

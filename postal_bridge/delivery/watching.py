"""What of many deliveries a supervisor's board needs. Parts that only look."""

from datetime import datetime
from uuid import UUID

from postal_bridge.delivery import watching_store
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.unit_of_work import ReadUnit


def dispute_spans(
    uow: ReadUnit, scope: Scope, *, since: datetime
) -> tuple[tuple[datetime, datetime | None], ...]:
    """From when until when disputes were open, those still open or closed since."""
    return tuple(watching_store.dispute_spans(uow, scope, since=since))


def items_that_wait(uow: ReadUnit, scope: Scope) -> frozenset[UUID]:
    """Envelopes nobody expects to move: held for the citizen, or parked by a storm or Tết."""
    return watching_store.items_that_wait(uow, scope)

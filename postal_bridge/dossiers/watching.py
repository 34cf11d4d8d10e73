"""Many dossiers at once: what has passed its date, what ended. Parts that only look."""

from datetime import datetime
from uuid import UUID

from postal_bridge.dossiers import watching_store
from postal_bridge.dossiers.looking import views
from postal_bridge.dossiers.rules import NO_RESULT_COMES
from postal_bridge.dossiers.types import DossierView
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.unit_of_work import ReadUnit


def past_due(
    uow: ReadUnit, scope: Scope, *, since: datetime, limit: int
) -> tuple[DossierView, ...]:
    """Dossiers whose date has passed, without a result or with one since; the latest first.

    One that waits for the citizen is among them: the caller asks `is_overdue`.
    """
    rows = watching_store.with_date(uow, scope, since=since, due_before=uow.now, limit=limit)
    return views(uow, rows)


def without_result(uow: ReadUnit) -> frozenset[UUID]:
    """Dossiers that ended and have no result to give out, for verification."""
    return watching_store.in_states(uow, NO_RESULT_COMES)

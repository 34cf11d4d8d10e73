"""What open promises would have been by another calendar. Part; nothing is written (P1)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.directory.calendar import WorkingCalendar
from postal_bridge.dossiers import store
from postal_bridge.dossiers.events import dates_in
from postal_bridge.kernel import streams
from postal_bridge.kernel.unit_of_work import ReadUnit

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class CountedOtherwise:
    """An open promise: the date that was given, which stays, and the one counted now."""

    dossier_id: UUID
    number: str
    unit_id: UUID
    due_at: datetime
    would_be: datetime


def promises_counted_otherwise(
    uow: ReadUnit, since: datetime, calendar: Callable[[UUID], WorkingCalendar]
) -> tuple[CountedOtherwise, ...]:
    """Open promises that end at `since` or later and would end at another moment, by their date.

    Parameters
    ----------
    since : the first moment the calendars differ in; what ended before is the same by both
    calendar : operating unit to the agency's calendar
    """
    rows = store.promised(uow.session, since)
    found = []
    for begin in range(0, len(rows), AT_ONCE):
        some = rows[begin : begin + AT_ONCE]
        streams.read_ahead(uow, [streams.dossier_stream(row.id) for row in some])
        for row in some:
            facts = streams.read(uow, streams.dossier_stream(row.id))
            would_be = dates_in(facts, calendar(row.unit_id)).due_at
            if row.due_at is not None and would_be is not None and would_be != row.due_at:
                number = row.dossier_code or row.acceptance_number
                found.append(CountedOtherwise(row.id, number, row.unit_id, row.due_at, would_be))
    return tuple(found)

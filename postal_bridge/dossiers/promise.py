"""The promise clock: due dates and owners of time, from events alone. Pure.

Nothing here stores anything and no command writes a date (P1): the same events give the same
dates. The rule of the owners of time is the three tables below. Source: design section 3, P1 to P3.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from types import MappingProxyType

from postal_bridge.custody.rules import DelayOwner
from postal_bridge.custody.types import HolderKind
from postal_bridge.directory.calendar import Pause, WorkingCalendar
from postal_bridge.dossiers.rules import CLOCK_STOPPED, TERMINAL, DossierStatus


@dataclass(frozen=True, slots=True)
class Moved:
    """The dossier came into a status.

    Attributes
    ----------
    limit_days, limit_hours : the procedure's limit as it was when the agency received; given
        with the move that starts the clock, None with others
    """

    at: datetime
    status: DossierStatus
    limit_days: int | None = None
    limit_hours: int | None = None


@dataclass(frozen=True, slots=True)
class Dates:
    """What the events say. `due_at` leaves out a pause that still lasts."""

    accepted_at: datetime | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    finished_at: datetime | None = None
    closed_at: datetime | None = None
    paused_since: datetime | None = None


def dates_of(moves: Iterable[Moved], calendar: WorkingCalendar) -> Dates:
    """The dates of a dossier by what has happened to it, in order of recording.

    A correction is due anew, by the limit that was given with it.
    """
    accepted_at = received_at = finished_at = closed_at = paused_since = base = None
    pauses: list[Pause] = []
    for move in moves:
        if paused_since is not None and move.status not in CLOCK_STOPPED:
            pauses.append(Pause(paused_since, move.at))
            paused_since = None
        if move.status == DossierStatus.ACCEPTED:
            accepted_at = accepted_at or move.at
        is_anew = move.status == DossierStatus.CORRECTION
        if move.limit_days is not None and (received_at is None or is_anew):
            received_at = received_at or move.at
            base = period_end(move.at, move.limit_days, move.limit_hours or 0, calendar)
            pauses.clear()
        if move.status in CLOCK_STOPPED and received_at is not None:
            paused_since = paused_since or move.at
        if move.status == DossierStatus.RESULT_READY:
            finished_at = finished_at or move.at
        if move.status in TERMINAL or move.status == DossierStatus.RETURNED:
            closed_at = move.at
        elif is_anew:
            finished_at = closed_at = None
    due_at = calendar.shift_by_pauses(base, pauses) if base is not None else None
    return Dates(accepted_at, received_at, due_at, finished_at, closed_at, paused_since)


def period_end(start: datetime, days: int, hours: int, calendar: WorkingCalendar) -> datetime:
    """When a limit of working days and then hours ends; a limit of none ends at once."""
    end = calendar.due_after_working_days(start, days) if days else start
    return calendar.due_after_hours(end, hours) if hours else end


Span = tuple[datetime, str]
"""From this moment on, this."""

_S, _D = DossierStatus, DelayOwner

BY_STATUS: Mapping[DossierStatus, DelayOwner] = MappingProxyType(
    {
        _S.ACCEPTED: _D.COUNTER,
        _S.TO_AGENCY: _D.AGENCY,
        _S.RECEIVED: _D.AGENCY,
        _S.PROCESSING: _D.AGENCY,
        _S.SUPPLEMENT_REQUESTED: _D.CITIZEN,
        _S.PAYMENT_DUE: _D.CITIZEN,
        _S.RESULT_READY: _D.AGENCY,
        _S.CORRECTION: _D.AGENCY,
    }
)
"""Whose time it is while nothing travels, or the section holds what does."""

ON_THE_WAY: Mapping[tuple[DossierStatus, HolderKind], DelayOwner] = MappingProxyType(
    {
        (_S.ACCEPTED, HolderKind.CARRIER): _D.CARRIER,
        (_S.TO_AGENCY, HolderKind.POINT): _D.COUNTER,
        (_S.TO_AGENCY, HolderKind.STAFF): _D.LINE_HAUL,
        (_S.TO_AGENCY, HolderKind.CARRIER): _D.CARRIER,
        (_S.RESULT_READY, HolderKind.POINT): _D.COUNTER,
        (_S.RESULT_READY, HolderKind.STAFF): _D.COURIER,
        (_S.RESULT_READY, HolderKind.CARRIER): _D.CARRIER,
        (_S.RESULT_READY, HolderKind.PARTY): _D.CITIZEN,
    }
)
"""Whose time it is while an envelope is with somebody."""

WAITS: Mapping[str, DelayOwner] = MappingProxyType(
    {"held": _D.CITIZEN, "parked": _D.WEATHER, "closed_door": _D.AGENCY}
)
"""Waits that others cause, whoever holds the envelope meanwhile."""


def owner_of(status: DossierStatus, holder: str | None, wait: str | None) -> DelayOwner:
    """To whom an hour belongs: first a wait that another causes, then who holds it, then who
    must act."""
    if status not in BY_STATUS:
        return DelayOwner.NOBODY
    if wait is not None and wait in WAITS:
        return WAITS[wait]
    if holder is not None and (status, HolderKind(holder)) in ON_THE_WAY:
        return ON_THE_WAY[status, HolderKind(holder)]
    return BY_STATUS[status]


def time_by_owner(
    statuses: Sequence[tuple[datetime, DossierStatus]],
    holders: Sequence[tuple[datetime, HolderKind]],
    waits: Sequence[tuple[datetime, str]],
    *,
    until: datetime,
    calendar: WorkingCalendar,
) -> dict[DelayOwner, int]:
    """Working seconds by owner; each second since the first status belongs to exactly one."""
    moments = sorted({at for at, _ in (*statuses, *holders, *waits) if at < until} | {until})
    spent: dict[DelayOwner, int] = {}
    for begin, end in pairwise(moments):
        status = _latest(statuses, begin)
        if status is None:
            continue
        owner = owner_of(DossierStatus(status), _latest(holders, begin), _latest(waits, begin))
        if owner != DelayOwner.NOBODY:
            worked = calendar.working_seconds_between(begin, end)
            spent[owner] = spent.get(owner, 0) + worked
    return spent


def _latest(spans: Sequence[tuple[datetime, str]], at: datetime) -> str | None:
    """What holds at a moment: the last span that began; of two at once the later one told."""
    found: tuple[datetime, str] | None = None
    for span in spans:
        if span[0] <= at and (found is None or span[0] >= found[0]):
            found = span
    return found[1] if found else None

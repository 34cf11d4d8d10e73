"""When a dossier handed in now would reach the agency. Pure.

Handed in when the point next opens, it leaves with the next pouch of the link's schedule, travels
the link's working hours by the post's calendar, and is there when the agency next works. An
expectation, never a promise: the agency's clock starts when it has received (design P1).
"""

from datetime import UTC, datetime, time, timedelta

from postal_bridge.directory.calendar import VIETNAM, WorkingCalendar
from postal_bridge.directory.opening_times import CutOffs, Week
from postal_bridge.directory.rules import AcceptanceMode
from postal_bridge.directory.views import LinkView

_SATURDAY = 5
_FURTHEST_DAYS = 60  # longer than any run of days off; a schedule without a day ends here


def handed_in_at(now: datetime, week: Week | None, post: WorkingCalendar) -> datetime | None:
    """The first moment from now on at which the point is open; None if it never is.

    Where the hours are an office's own words, those of the post's calendar stand for them.
    """
    local = now.astimezone(VIETNAM)
    for step in range(_FURTHEST_DAYS):
        day = local.date() + timedelta(days=step)
        spans = post.hours if week is None else week[day.weekday()]
        # The post's calendar knows no Sunday work: a point that lists it is open.
        if day.weekday() <= _SATURDAY and not post.is_working_day(day):
            continue
        if week is None and day.weekday() > _SATURDAY:
            continue
        for begin, end in spans:
            opens = datetime.combine(day, begin, VIETNAM)
            if local < datetime.combine(day, end, VIETNAM):
                return max(local, opens).astimezone(UTC)
    return None


def leaves_at(
    handed_in: datetime, link: LinkView, post: WorkingCalendar, until: CutOffs | None = None
) -> datetime | None:
    """The next departure of the link's pouch; None where the link names none.

    `until`: the point's cut-offs. From then on nothing leaves the same day, whatever departs.
    """
    if not link.transport_days or not link.departures:
        return None
    local = handed_in.astimezone(VIETNAM)
    cut_off = until[local.weekday()] if until else None
    is_late = cut_off is not None and local.time() >= cut_off
    for step in range(1 if is_late else 0, _FURTHEST_DAYS):
        day = local.date() + timedelta(days=step)
        if day.isoweekday() not in link.transport_days or not post.is_working_day(day):
            continue
        for departure in sorted(link.departures):
            leaves = datetime.combine(day, time.fromisoformat(departure), VIETNAM)
            if leaves >= local:
                return leaves.astimezone(UTC)
    return None


def reaches_agency_at(
    handed_in: datetime,
    link: LinkView,
    post: WorkingCalendar,
    agency: WorkingCalendar,
    until: CutOffs | None = None,
) -> datetime | None:
    """When the agency has it; at once where postal staff work as the section's; None: unknown."""
    if link.acceptance_mode is AcceptanceMode.SEATED:
        return agency.counts_from(handed_in)
    leaves = leaves_at(handed_in, link, post, until)
    if leaves is None or link.transit_h is None:
        return None
    return agency.counts_from(post.due_after_hours(leaves, link.transit_h))

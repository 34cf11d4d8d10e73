"""The operator's view of the calendars: a file looked at, what was published, the days ahead."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from postal_bridge.directory.calendar import VIETNAM, WorkingCalendar, load_calendar
from postal_bridge.directory.calendar_days import CALENDARS, CalendarDay, laid_over
from postal_bridge.directory.calendar_publishing import (
    CalendarLook,
    CalendarPublished,
    look_at_days,
    published_calendars,
)
from postal_bridge.directory.calendars import AGENCY, publications, unit_line
from postal_bridge.directory.service import unit_view
from postal_bridge.dossiers.service import CountedOtherwise, promises_counted_otherwise
from postal_bridge.insight.directory import author_name
from postal_bridge.insight.names import Names
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.people.rules import Power, check_may

MOST_SHOWN = 50
DAYS_AHEAD = 400
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class NamedPromise:
    promise: CountedOtherwise
    unit_name: str


@dataclass(frozen=True, slots=True)
class CalendarPreview:
    """A file as it would be published.

    Attributes
    ----------
    promises : given dates that would have been others; they stay. The earliest of them
    promises_count : how many there are
    """

    look: CalendarLook
    promises: tuple[NamedPromise, ...] = ()
    promises_count: int = 0


@dataclass(frozen=True, slots=True)
class NamedCalendar:
    """One publication; `name` is "" for an operator's command."""

    made: CalendarPublished
    name: str


@dataclass(frozen=True, slots=True)
class DayAhead:
    """A weekday that is off, or a day of the weekend that is worked, all over the home.

    Attributes
    ----------
    is_worked : calendar to whether the day is worked; all of them
    sources : the decisions that were published; none where it comes with the release
    """

    day: date
    is_worked: Mapping[str, bool]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CalendarsPage:
    published: tuple[NamedCalendar, ...]
    ahead: tuple[DayAhead, ...]


def look_at_calendar(content: bytes, *, actor: Actor, units: Units) -> CalendarPreview:
    """What the file would change and which promises it leaves standing, or every fault.

    Raises
    ------
    Forbidden
    """
    check_may(actor, Power.MANAGE_DIRECTORY)
    with units.read() as uow:
        look = look_at_days(uow, content)
        if look.faults or look.first_day is None:
            return CalendarPreview(look)
        since = datetime.combine(look.first_day, datetime.min.time(), VIETNAM)
        rows = look.rows

        def counted(unit_id: UUID) -> WorkingCalendar:
            line = unit_line(uow, unit_id)
            return laid_over(load_calendar(AGENCY), (*publications(uow), rows), line)

        found = promises_counted_otherwise(uow, since, _once_a_unit(counted))
        named = tuple(
            NamedPromise(one, unit_view(uow, one.unit_id).name) for one in found[:MOST_SHOWN]
        )
        return CalendarPreview(look, named, len(found))


def calendars_page(*, actor: Actor, units: Units) -> CalendarsPage:
    """Every publication, the latest first, and the days ahead that are not as usual.

    Raises Forbidden.
    """
    check_may(actor, Power.MANAGE_DIRECTORY)
    with units.read() as uow:
        names = Names(uow)
        made = tuple(
            NamedCalendar(one, author_name(names, one.snapshot.actor))
            for one in reversed(published_calendars(uow))
        )
        return CalendarsPage(made, _ahead(uow))


def _once_a_unit(make: Callable[[UUID], WorkingCalendar]) -> Callable[[UUID], WorkingCalendar]:
    known: dict[UUID, WorkingCalendar] = {}

    def get(unit_id: UUID) -> WorkingCalendar:
        if unit_id not in known:
            known[unit_id] = make(unit_id)
        return known[unit_id]

    return get


def _ahead(uow: ReadUnit) -> tuple[DayAhead, ...]:
    today, made = local(uow.now).date(), publications(uow)
    said: dict[tuple[str, date], CalendarDay] = {
        (row.calendar, row.day): row for rows in made for row in rows if not row.unit
    }
    calendars = [laid_over(load_calendar(one), made) for one in CALENDARS]
    found = []
    for step in range(DAYS_AHEAD):
        day = today + timedelta(days=step)
        works = {one.id: one.is_working_day(day) for one in calendars}
        usual = {one.id: day.weekday() < _SATURDAY + one.works_on_saturdays for one in calendars}
        if works != usual:
            rows = [said[one.id, day] for one in calendars if (one.id, day) in said]
            found.append(DayAhead(day, works, tuple({row.decision: None for row in rows})))
    return tuple(found)

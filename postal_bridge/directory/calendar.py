"""Working days and hours: when a period ends and how much working time lies between. Pure.

Inside and outside are aware datetimes; days and hours are counted in Vietnam's civil time, which
is +07:00 all year. The package `holidays` is loaded when the first year is asked for.

Source: Civil Code 2015 arts 147-148; Labour Code 2019 art. 112; design invariants P1 and P2.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from postal_bridge.kernel.errors import NotFound, RuleViolation

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
HOURS_PER_WORKING_DAY = 8
LONGEST_PERIOD_DAYS = 5000
FIRST_YEAR, LAST_YEAR = 1990, 2099
SHIPPED = Path(__file__).resolve().parents[2] / "config" / "calendars"

_SATURDAY, _SUNDAY = 5, 6
_ONE_DAY = timedelta(days=1)


class CalendarUnknown(NotFound):
    code = "calendar_unknown"


class PeriodOutOfRange(RuleViolation):
    """A negative period, one longer than `LONGEST_PERIOD_DAYS`, or a year no table covers."""

    code = "period_out_of_range"


@cache
def _official(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Return the days off and the swapped working Saturdays of a year."""
    import holidays

    package = holidays.country_holidays("VN", years=year)
    swapped = frozenset(day for day in package.weekend_workdays if day.year == year)
    return frozenset(package.keys()), swapped


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch of waiting for the citizen; it does not count (invariant P2)."""

    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True)
class WorkingCalendar:
    """Which moments are worked.

    Attributes
    ----------
    hours : the day's working spans in order, civil time; 8 hours together
    overrides : day -> is it worked; wins over package and weekend
    """

    id: str
    hours: tuple[tuple[time, time], ...]
    works_on_saturdays: bool = False
    follows_swapped_saturdays: bool = True
    overrides: Mapping[date, bool] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        """Tell whether this day is worked."""
        _check_year(day)
        override = self.overrides.get(day)
        if override is not None:
            return override
        days_off, swapped = _official(day.year)
        if day in swapped and self.follows_swapped_saturdays:
            return True
        if day in days_off or day.weekday() == _SUNDAY:
            return False
        return day.weekday() != _SATURDAY or self.works_on_saturdays

    def add_working_days(self, day: date, count: int) -> date:
        """Return the count-th working day after this day, the day itself not counted."""
        _check_period(count)
        _check_year(day)
        for _ in range(count):
            day = self.roll_forward(day + _ONE_DAY)
        return day

    def roll_forward(self, day: date) -> date:
        """Return this day if it is worked, else the next that is (Civil Code art. 148)."""
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day

    def add_calendar_days(self, day: date, count: int) -> date:
        """Return the end of a plain "ngày" period: every day counts, the end rolls forward."""
        _check_period(count)
        _check_year(day)
        return self.roll_forward(day + timedelta(days=count))

    def working_days_between(self, first: date, last: date) -> int:
        """Count the working days from first to last, both included."""
        length = (last - first).days + 1
        return sum(self.is_working_day(first + timedelta(days=step)) for step in range(length))

    def counts_from(self, at: datetime) -> datetime:
        """Return the first worked moment at or after this one.

        An event in the lunch break counts from its end, one after hours or on a day off from the
        next working morning.
        """
        local = at.astimezone(VIETNAM)
        day = local.date()
        if self.is_working_day(day):
            for begin, end in self._spans(day):
                if local <= end:
                    return max(local, begin).astimezone(UTC)
        day = self.roll_forward(day + _ONE_DAY)
        return self._spans(day)[0][0].astimezone(UTC)

    def due_after_working_days(self, start: datetime, days: int) -> datetime:
        """Return when a period of working days ends: hour and minute of the start are kept.

        A start outside working time counts from the next worked moment; the day of the start is
        not counted (Civil Code art. 147).
        """
        local = self.counts_from(start).astimezone(VIETNAM)
        day = self.add_working_days(local.date(), days)
        return datetime.combine(day, local.timetz()).astimezone(UTC)

    def due_after_hours(self, start: datetime, hours: int) -> datetime:
        """Return when this many working hours have been worked; 8 hours are one working day."""
        _check_period(hours)
        return self.add_working_seconds(start, hours * 3600)

    def add_working_seconds(self, start: datetime, seconds: int) -> datetime:
        """Return the moment by which so many seconds of working time have passed since start."""
        local = self.counts_from(start).astimezone(VIETNAM)
        left = timedelta(seconds=seconds)
        day = local.date()
        while True:
            for begin, end in self._spans(day):
                span_start = max(begin, local)
                if span_start <= end and left <= end - span_start:
                    return (span_start + left).astimezone(UTC)
                left -= max(timedelta(0), end - span_start)
            day = self.roll_forward(day + _ONE_DAY)

    def working_seconds_between(self, a: datetime, b: datetime) -> int:
        """Return the worked seconds from a to b; 0 when b is not after a."""
        first, last = a.astimezone(VIETNAM), b.astimezone(VIETNAM)
        worked = timedelta(0)
        day = first.date()
        while day <= last.date():
            if self.is_working_day(day):
                for begin, end in self._spans(day):
                    worked += max(timedelta(0), min(end, last) - max(begin, first))
            day += _ONE_DAY
        return int(worked.total_seconds())

    def shift_by_pauses(self, due: datetime, pauses: Iterable[Pause]) -> datetime:
        """Return the due moment moved by the working time of the pauses.

        Pauses that overlap count once, so their order and repetition change nothing.
        """
        waited = sum(
            self.working_seconds_between(pause.began_at, pause.ended_at) for pause in merged(pauses)
        )
        return self.add_working_seconds(due, waited) if waited else due

    def _spans(self, day: date) -> list[tuple[datetime, datetime]]:
        return [
            (datetime.combine(day, begin, VIETNAM), datetime.combine(day, end, VIETNAM))
            for begin, end in self.hours
        ]


def merged(pauses: Iterable[Pause]) -> list[Pause]:
    """Return the pauses as stretches that do not overlap, in order of time."""
    result: list[Pause] = []
    for pause in sorted(pauses, key=lambda one: one.began_at):
        if result and pause.began_at <= result[-1].ended_at:
            latest = max(result[-1].ended_at, pause.ended_at)
            result[-1] = Pause(result[-1].began_at, latest)
        elif pause.ended_at > pause.began_at:
            result.append(pause)
    return result


def calendar_from(document: Mapping[str, Any]) -> WorkingCalendar:
    """Build a calendar from a parsed file of `config/calendars`.

    Raises
    ------
    ValueError
        Hours out of order, or not 8 a day.
    """
    hours = tuple(
        (time.fromisoformat(span["from"]), time.fromisoformat(span["to"]))
        for span in document["hours"]
    )
    minutes = [moment.hour * 60 + moment.minute for span in hours for moment in span]
    if any(earlier >= later for earlier, later in pairwise(minutes)):
        raise ValueError("working hours must be in order")
    if sum(minutes[1::2]) - sum(minutes[::2]) != HOURS_PER_WORKING_DAY * 60:
        raise ValueError("working hours must add up to 8")
    return WorkingCalendar(
        id=document["id"],
        hours=hours,
        works_on_saturdays=document["works_on_saturdays"],
        follows_swapped_saturdays=document["follows_swapped_saturdays"],
        overrides={row["day"]: row["is_working"] for row in document.get("overrides", ())},
    )


@cache
def load_calendar(calendar_id: str, folder: Path = SHIPPED) -> WorkingCalendar:
    """Read one calendar of a folder, by default a shipped one ("agency" or "post").

    Raises
    ------
    CalendarUnknown
        The folder has no such calendar.
    """
    for path in sorted(folder.glob("*.toml")):
        if path.stem == calendar_id:
            return calendar_from(tomllib.loads(path.read_text(encoding="utf-8")))
    raise CalendarUnknown(calendar=calendar_id)


def _check_period(count: int) -> None:
    if not 0 <= count <= LONGEST_PERIOD_DAYS:
        raise PeriodOutOfRange(value=count)


def _check_year(day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise PeriodOutOfRange(value=day.year)

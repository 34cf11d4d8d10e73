"""An operator's CSV file of days worked or not, and calendars with such days laid over. Pure.

One row says of one day what it is, for everybody or for one operating unit and what lies below it::

    calendar,day,work,unit,decision
    agency,2027-09-01,no,,"Thông báo 1234/TB-BNV"
    agency,2027-08-28,yes,,"Thông báo 1234/TB-BNV"
    post,2027-02-12,yes,bdx-long-my,"Quyết định 56/QĐ-BĐTP"

What the rows say of units and of days gone by is for `calendar_publishing.py`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from postal_bridge.directory.calendar import WorkingCalendar
from postal_bridge.directory.cells import day, key, one_of, text
from postal_bridge.directory.columns import Column
from postal_bridge.directory.csv_files import WHOLE_ROW, read_columns
from postal_bridge.directory.views import RowProblem

KIND = "calendar"
CALENDARS = ("agency", "post")
MOST_BYTES, MOST_ROWS = 200_000, 1_000


class Work(StrEnum):
    """YES and NO win over weekend and holidays; USUAL takes back what was published before."""

    YES = "yes"
    NO = "no"
    USUAL = "usual"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """`unit`: the key of an operating unit, "" for all of the home."""

    calendar: str
    day: date
    work: Work
    unit: str
    decision: str


COLUMNS: Mapping[str, Column] = {
    "calendar": Column(one_of(CALENDARS), is_required=True),
    "day": Column(day, is_required=True),
    "work": Column(one_of([one.value for one in Work]), is_required=True),
    "unit": Column(key, empty="", is_optional=True),
    "decision": Column(text(200), is_required=True),
}


def read_days(content: bytes) -> tuple[list[tuple[int, CalendarDay]], list[RowProblem]]:
    """The numbered rows, or every fault by row and column."""
    if len(content) > MOST_BYTES:
        return [], [RowProblem(1, WHOLE_ROW, "import_too_many_rows")]
    rows, problems = read_columns(COLUMNS, content)
    if problems:
        return [], problems
    if not rows:
        return [], [RowProblem(1, WHOLE_ROW, "import_empty")]
    if len(rows) > MOST_ROWS:
        return [], [RowProblem(MOST_ROWS + 2, WHOLE_ROW, "import_too_many_rows")]
    days = [(row.number, _day(row.values)) for row in rows]
    seen: set[tuple[str, date, str]] = set()
    for number, one in days:
        if (one.calendar, one.day, one.unit) in seen:
            problems.append(RowProblem(number, "day", "calendar_day_twice"))
        seen.add((one.calendar, one.day, one.unit))
    return ([], problems) if problems else (days, [])


def _day(values: Mapping[str, Any]) -> CalendarDay:
    return CalendarDay(
        calendar=values["calendar"],
        day=values["day"],
        work=Work(values["work"]),
        unit=values.get("unit", ""),
        decision=values["decision"],
    )


def laid_over(
    base: WorkingCalendar,
    published: Iterable[Sequence[CalendarDay]],
    units: Sequence[str] = (),
) -> WorkingCalendar:
    """The calendar with what was published, in its order, for a unit.

    Parameters
    ----------
    units : keys from the top of the tree down to the unit; the nearest that speaks wins
    """
    levels: dict[str, dict[date, bool]] = {unit: {} for unit in ("", *units)}
    for rows in published:
        for row in rows:
            said = levels.get(row.unit) if row.calendar == base.id else None
            if said is not None and row.work is Work.USUAL:
                said.pop(row.day, None)
            elif said is not None:
                said[row.day] = row.work is Work.YES
    days = dict(base.overrides)
    for said in levels.values():
        days |= said
    return replace(base, overrides=days)


def packed(rows: Iterable[CalendarDay]) -> bytes:
    """The rows as a snapshot holds them."""
    days = [[r.calendar, r.day.isoformat(), r.work.value, r.unit, r.decision] for r in rows]
    return json.dumps({"days": days}, ensure_ascii=False).encode()


def unpacked(content: bytes) -> tuple[CalendarDay, ...]:
    """What `packed` wrote. Raises ValueError, KeyError, TypeError for what is none."""
    return tuple(
        CalendarDay(calendar, date.fromisoformat(on), Work(work), unit, decision)
        for calendar, on, work, unit, decision in json.loads(content)["days"]
    )

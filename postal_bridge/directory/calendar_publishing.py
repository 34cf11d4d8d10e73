"""Days worked or not from an operator's CSV file: looked at first, then published for ever.

No promise that was given is counted anew: its clock was started by another version of the calendar,
which its event names (decision 0016). So days gone by cannot be published.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from postal_bridge.directory.calendar import load_calendar
from postal_bridge.directory.calendar_days import KIND, CalendarDay, laid_over, packed, read_days
from postal_bridge.directory.calendars import publications, unit_line
from postal_bridge.directory.offices import unit_by_key
from postal_bridge.directory.views import RowProblem
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import Forbidden, NotFound, RuleViolation
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.published import list_published, publish, published
from postal_bridge.kernel.snapshots import Snapshot
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units

YEARS_AHEAD = 3
_Published = tuple[tuple[CalendarDay, ...], ...]


class CalendarFileWrong(RuleViolation):
    """The file has faults; they were named when it was looked at."""

    code = "calendar_file_wrong"


@dataclass(frozen=True, slots=True)
class SaidDay:
    """A row of a file: whether the day was worked before, and is with the whole file."""

    row: CalendarDay
    was_worked: bool
    is_worked: bool


@dataclass(frozen=True, slots=True)
class CalendarLook:
    """A file as it would be published; with any fault there is nothing else."""

    faults: tuple[RowProblem, ...]
    days: tuple[SaidDay, ...] = ()

    @property
    def first_day(self) -> date | None:
        return min((one.row.day for one in self.days), default=None)

    @property
    def rows(self) -> tuple[CalendarDay, ...]:
        return tuple(one.row for one in self.days)


@dataclass(frozen=True, slots=True)
class CalendarPublished:
    snapshot: Snapshot
    days: tuple[SaidDay, ...]


def look_at_days(uow: ReadUnit, content: bytes) -> CalendarLook:
    """What the file would do, or every fault by row and column. Nothing is kept."""
    numbered, faults = read_days(content)
    if faults:
        return CalendarLook(tuple(faults))
    lines, faults = _lines(uow, numbered)
    faults += _out_of_time(numbered, local(uow.now).date())
    if faults:
        return CalendarLook(tuple(faults))
    before, rows = publications(uow), tuple(row for _, row in numbered)
    faults = [
        RowProblem(number, "work", "calendar_day_as_it_is")
        for number, row in numbered
        if _is_idle(row, before, rows, lines[row.unit])
    ]
    if faults:
        return CalendarLook(tuple(faults))
    return CalendarLook((), _said(rows, before, (*before, rows), lines))


def publish_days(
    content: bytes, *, actor: Actor, once: Once[CalendarPublished], units: Units
) -> bytes:
    """Whatever is counted from now on is counted with these days.

    Raises
    ------
    Forbidden
        Reference data is the operator's.
    CalendarFileWrong
        It has faults; nothing was published.
    """
    if Role.OPERATOR not in actor.roles:
        raise Forbidden(power="manage_directory")

    def act(uow: UnitOfWork) -> CalendarPublished:
        look = look_at_days(uow, content)
        if look.faults or look.first_day is None:
            raise CalendarFileWrong(count=len(look.faults))
        made = publish(uow, KIND, packed(look.rows), valid_from=look.first_day, actor=actor)
        return CalendarPublished(made, look.days)

    answer = once.answer(act, actor=actor, units=units)
    list_published(units, KIND)
    return answer


def published_calendars(uow: ReadUnit) -> tuple[CalendarPublished, ...]:
    """Every publication with what it changed, oldest first."""
    made, found = publications(uow), []
    for number, (snapshot, rows) in enumerate(zip(published(uow, KIND), made, strict=True)):
        lines = {row.unit: _line(uow, row.unit) for row in rows}
        said = _said(rows, made[:number], made[: number + 1], lines)
        found.append(CalendarPublished(snapshot, said))
    return tuple(found)


def _line(uow: ReadUnit, unit: str) -> tuple[str, ...]:
    return unit_line(uow, unit_by_key(uow, unit).id) if unit else ()


def _lines(
    uow: ReadUnit, numbered: Sequence[tuple[int, CalendarDay]]
) -> tuple[dict[str, tuple[str, ...]], list[RowProblem]]:
    lines: dict[str, tuple[str, ...]] = {}
    faults = []
    for number, row in numbered:
        try:
            lines[row.unit] = lines.get(row.unit) or _line(uow, row.unit)
        except NotFound:  # a fault of the row, named to whoever gave the file
            faults.append(RowProblem(number, "unit", "calendar_unit_unknown"))
    return lines, faults


def _out_of_time(numbered: Sequence[tuple[int, CalendarDay]], today: date) -> list[RowProblem]:
    last = today.replace(year=today.year + YEARS_AHEAD, day=min(today.day, 28))
    faults = [
        RowProblem(number, "day", "calendar_day_past")
        for number, row in numbered
        if row.day < today
    ]
    return faults + [
        RowProblem(number, "day", "calendar_day_far") for number, row in numbered if row.day > last
    ]


def _is_idle(
    row: CalendarDay,
    before: _Published,
    rows: tuple[CalendarDay, ...],
    line: tuple[str, ...],
) -> bool:
    """Whether the day is the same for its unit without this row."""
    others = tuple(one for one in rows if one is not row)
    return _worked(row, (*before, rows), line) == _worked(row, (*before, others), line)


def _said(
    rows: Sequence[CalendarDay],
    before: _Published,
    after: _Published,
    lines: dict[str, tuple[str, ...]],
) -> tuple[SaidDay, ...]:
    return tuple(
        SaidDay(row, _worked(row, before, lines[row.unit]), _worked(row, after, lines[row.unit]))
        for row in rows
    )


def _worked(row: CalendarDay, published_rows: _Published, line: tuple[str, ...]) -> bool:
    only = [[one for one in rows if one.day == row.day] for rows in published_rows]
    return laid_over(load_calendar(row.calendar), only, line).is_working_day(row.day)

"""The calendars of this home: what ships with the release, with all published days. Parts.

A version is how many publications there were, and for whom: what was counted by one is counted by
it again whatever is published later (decision 0016).
"""

from dataclasses import dataclass
from uuid import UUID

from postal_bridge.directory.calendar import WorkingCalendar, load_calendar
from postal_bridge.directory.calendar_days import KIND, CalendarDay, laid_over, unpacked
from postal_bridge.directory.offices import unit_view
from postal_bridge.kernel.published import content_of, published
from postal_bridge.kernel.unit_of_work import ReadUnit

AGENCY, POST = "agency", "post"


@dataclass(frozen=True, slots=True)
class CalendarVersion:
    """`number`: publications so far; `units`: keys from the top of the tree to the unit."""

    number: int = 0
    units: tuple[str, ...] = ()


SHIPPED = CalendarVersion()


def working_calendar(uow: ReadUnit, calendar_id: str, unit_id: UUID) -> WorkingCalendar:
    """The calendar of an operating unit as it is published now."""
    return calendar_of_version(uow, calendar_id, calendar_version(uow, unit_id))


def calendar_version(uow: ReadUnit, unit_id: UUID) -> CalendarVersion:
    """By what is counted for this unit from now on."""
    number = len(publications(uow))
    return CalendarVersion(number, unit_line(uow, unit_id)) if number else SHIPPED


def calendar_of_version(
    uow: ReadUnit, calendar_id: str, version: CalendarVersion
) -> WorkingCalendar:
    """The calendar as it was then. Raises SnapshotMissing, SnapshotDamaged."""

    def make() -> WorkingCalendar:
        made = publications(uow)[: version.number] if version.number else ()
        return laid_over(load_calendar(calendar_id), made, version.units)

    return uow.reference((KIND, calendar_id, version), make)


def publications(uow: ReadUnit) -> tuple[tuple[CalendarDay, ...], ...]:
    """What was published, oldest first. Raises SnapshotMissing, SnapshotDamaged."""

    def read() -> tuple[tuple[CalendarDay, ...], ...]:
        return tuple(unpacked(content_of(uow, one.id)) for one in published(uow, KIND))

    return uow.reference((KIND, "publications"), read)


def unit_line(uow: ReadUnit, unit_id: UUID) -> tuple[str, ...]:
    """Keys of the operating units from the top down to this one."""
    unit = unit_view(uow, unit_id)
    above = unit_line(uow, unit.parent_id) if unit.parent_id else ()
    return (*above, unit.key)

"""Wire formats of published calendars."""

from typing import Any

from postal_bridge.directory.calendar_days import MOST_BYTES
from postal_bridge.directory.calendar_publishing import CalendarPublished, SaidDay
from postal_bridge.insight.service import CalendarPreview
from routes.schemas.common import Count, Day, Many, Moment, Part, Text, Wire, YesNo
from routes.schemas.publications import FaultSchema, PublicationSchema, flat_snapshot
from routes.schemas.sent_files import CsvSchema, carried_file


class CalendarFileSchema(CsvSchema):
    csv = Text(required=True, longest=MOST_BYTES)


class CalendarFormSchema(Wire):
    content = carried_file(MOST_BYTES)


class SaidDaySchema(Wire):
    """A row, and whether the day was worked before and is with the whole file."""

    calendar = Text()
    day = Day()
    work = Text()
    unit = Text()
    decision = Text()
    was_worked = YesNo()
    is_worked = YesNo()


class CountedOtherwiseSchema(Wire):
    """A promise that stays as it was given, and when it would end counted now."""

    number = Text()
    unit = Text()
    due_at = Moment()
    would_be = Moment()


class CalendarLookSchema(Wire):
    """With any fault there is nothing else."""

    faults = Many(Part(FaultSchema))
    valid_from = Day(allow_none=True)
    days = Many(Part(SaidDaySchema))
    promises = Many(Part(CountedOtherwiseSchema))
    promises_count = Count()


class PublishedCalendarSchema(PublicationSchema):
    days = Many(Part(SaidDaySchema))


class PublishedCalendarsSchema(Wire):
    rows = Many(Part(PublishedCalendarSchema))


def flat_look(seen: CalendarPreview) -> dict[str, Any]:
    return {
        "faults": [one._asdict() for one in seen.look.faults],
        "valid_from": seen.look.first_day,
        "days": [_flat(one) for one in seen.look.days],
        "promises": [
            {
                "number": one.promise.number,
                "unit": one.unit_name,
                "due_at": one.promise.due_at,
                "would_be": one.promise.would_be,
            }
            for one in seen.promises
        ],
        "promises_count": seen.promises_count,
    }


def flat_publication(made: CalendarPublished) -> dict[str, Any]:
    return {**flat_snapshot(made.snapshot), "days": [_flat(day) for day in made.days]}


def _flat(said: SaidDay) -> dict[str, Any]:
    row = said.row
    return {
        "calendar": row.calendar,
        "day": row.day,
        "work": row.work.value,
        "unit": row.unit,
        "decision": row.decision,
        "was_worked": said.was_worked,
        "is_worked": said.is_worked,
    }

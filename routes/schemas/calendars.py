"""Wire formats of published calendars."""

from typing import Any

from postal_bridge.directory.calendar_days import MOST_BYTES
from postal_bridge.directory.calendar_publishing import CalendarPublished, SaidDay
from postal_bridge.insight.service import CalendarPreview
from routes.schemas.common import Count, Day, Many, Moment, Part, Text, Wire, YesNo
from routes.schemas.sent_files import carried_file


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
    days = Many(Part(SaidDaySchema))
    promises = Many(Part(CountedOtherwiseSchema))
    promises_count = Count()


class PublishedCalendarSchema(Wire):
    number = Count()
    id = Text()
    valid_from = Day()
    published_at = Moment()
    actor = Text()
    days = Many(Part(SaidDaySchema))


def flat_look(seen: CalendarPreview) -> dict[str, Any]:
    return {
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
    one = made.snapshot
    return {
        "number": one.number,
        "id": one.id,
        "valid_from": one.valid_from,
        "published_at": one.published_at,
        "actor": one.actor,
        "days": [_flat(day) for day in made.days],
    }


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

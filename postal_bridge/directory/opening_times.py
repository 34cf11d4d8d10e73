"""Opening hours as data write them, as times of the week. Pure."""

import re
from datetime import time

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY = "|".join(DAYS)
_PART = re.compile(rf"({_DAY})(?:-({_DAY}))?((?: \d\d:\d\d-\d\d:\d\d)+)")

Spans = tuple[tuple[time, time], ...]
Week = tuple[Spans, ...]


def opening_week(hours: str) -> Week | None:
    """Spans by weekday, Monday first; None for words of an office's own, or none at all.

    "Mon-Fri 07:00-11:30 13:00-17:00; Sat 07:00-11:30". A day named twice has both its spans.
    """
    found: list[list[tuple[time, time]]] = [[] for _ in DAYS]
    parts = [part.strip() for part in hours.split(";") if part.strip()]
    for part in parts:
        read = _PART.fullmatch(part)
        if read is None:
            return None
        first, last = DAYS.index(read[1]), DAYS.index(read[2] or read[1])
        try:
            spans = [_span(word) for word in read[3].split()]
        except ValueError:
            return None
        if last < first or any(begin >= end for begin, end in spans):
            return None
        for day in range(first, last + 1):
            found[day] += spans
    return tuple(tuple(sorted(spans)) for spans in found) if parts else None


def _span(word: str) -> tuple[time, time]:
    begin, _, end = word.partition("-")
    return (time.fromisoformat(begin), time.fromisoformat(end))

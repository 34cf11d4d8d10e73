"""Opening hours as data write them, as times of the week. Pure."""

import re
from collections.abc import Callable
from datetime import time
from typing import TypeVar

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY = "|".join(DAYS)
_DAYS = rf"({_DAY})(?:-({_DAY}))?"
_OPEN = re.compile(rf"{_DAYS}((?: \d\d:\d\d-\d\d:\d\d)+)")
_UNTIL = re.compile(rf"{_DAYS}( \d\d:\d\d)")
_T = TypeVar("_T")

Spans = tuple[tuple[time, time], ...]
Week = tuple[Spans, ...]
CutOffs = tuple[time | None, ...]


def opening_week(hours: str) -> Week | None:
    """Spans by weekday, Monday first; None for words of an office's own, or none at all.

    "Mon-Fri 07:00-11:30 13:00-17:00; Sat 07:00-11:30". A day named twice has both its spans.
    """
    found = _by_day(hours, _OPEN, _span)
    return None if found is None else tuple(tuple(sorted(spans)) for spans in found)


def cut_offs(words: str) -> CutOffs | None:
    """The cut-off by weekday, the earliest of a day; None as for hours, and for a day not named.

    "Mon-Fri 15:30; Sat 10:30": what is handed in before leaves the same day.
    """
    found = _by_day(words, _UNTIL, time.fromisoformat)
    return None if found is None else tuple(min(times, default=None) for times in found)


def _by_day(words: str, form: re.Pattern[str], read: Callable[[str], _T]) -> list[list[_T]] | None:
    found: list[list[_T]] = [[] for _ in DAYS]
    parts = [part.strip() for part in words.split(";") if part.strip()]
    for part in parts:
        said = form.fullmatch(part)
        if said is None:
            return None
        first, last = DAYS.index(said[1]), DAYS.index(said[2] or said[1])
        try:
            values = [read(word) for word in said[3].split()]
        except ValueError:
            return None
        if last < first:
            return None
        for day in range(first, last + 1):
            found[day] += values
    return found if parts else None


def _span(word: str) -> tuple[time, time]:
    """Raises ValueError for no times, or an end before its beginning."""
    begin, end = (time.fromisoformat(one) for one in word.split("-"))
    if begin >= end:
        raise ValueError(word)
    return (begin, end)

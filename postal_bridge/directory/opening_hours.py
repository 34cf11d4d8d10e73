"""Opening hours as data write them, in the reader's words."""

import re
from collections.abc import Callable

_DAYS = re.compile(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b")
_SPAN = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")
_DAY_SPAN = re.compile(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)-(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b")


def spoken_hours(text: str, say: Callable[..., str]) -> list[str]:
    """ "Mon-Fri 07:00-11:30 13:00-17:00; Sat 07:00-11:30" as one line for each part."""
    return [_line(part.strip(), say) for part in text.split(";") if part.strip()]


def _line(part: str, say: Callable[..., str]) -> str:
    if not _DAYS.match(part):
        return part  # an office's own words stay as they are
    part = _SPAN.sub(r"\1–\2", part)
    part = part.replace(" ", ", ").replace(", ", ": ", 1)
    part = _DAY_SPAN.sub(lambda found: say("hours_from_to", first=found[1], last=found[2]), part)
    line = _DAYS.sub(lambda found: say(f"hours_{found[1].lower()}"), part)
    return line[:1].upper() + line[1:]

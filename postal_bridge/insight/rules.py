"""When something is silent, and how a number grew day by day. Pure.

Source: design section 3, C1 and P3; the thresholds are ours and shown beside the figures.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from postal_bridge.custody.watching import ON_THE_WAY, Stay
from postal_bridge.kernel.clock import local

SILENT_AFTER = timedelta(hours=24)
TREND_DAYS = 14
INVITE_AGAIN_AFTER = timedelta(days=2)
HELD_ENDS_WITHIN = timedelta(days=1)

Span = tuple[datetime, datetime | None]
"""From when until when something was so; None: it still is."""


def trend_moments(now: datetime) -> tuple[datetime, ...]:
    """The ends of the last thirteen days, as a clock in Vietnam shows them, and now."""
    midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return (*(midnight - timedelta(days=back) for back in range(TREND_DAYS - 2, -1, -1)), now)


def standing_at(spans: Iterable[Span], moments: Sequence[datetime]) -> tuple[int, ...]:
    """How many spans covered each moment."""
    known = list(spans)
    return tuple(
        sum(1 for begin, end in known if begin <= at and (end is None or end > at))
        for at in moments
    )


def silent_spans(
    stays: Sequence[Stay], now: datetime, after: timedelta = SILENT_AFTER
) -> list[Span]:
    """When an envelope lay still longer than it should, with somebody who ought to move it on."""
    spans: list[Span] = []
    ordered = sorted(stays, key=lambda stay: stay.since)
    for place, stay in enumerate(ordered):
        end = ordered[place + 1].since if place + 1 < len(ordered) else None
        is_ours = stay.holder is not None and stay.holder.kind in ON_THE_WAY
        if is_ours and (end or now) - stay.since > after:
            spans.append((stay.since + after, end))
    return spans

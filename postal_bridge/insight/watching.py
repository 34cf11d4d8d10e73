"""The four figures of the board, each with its trend and the list behind it. Parts."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from postal_bridge.counter.holders import named
from postal_bridge.custody.rules import DelayOwner
from postal_bridge.custody.service import cases_for
from postal_bridge.custody.types import ItemKind
from postal_bridge.custody.watching import Travelled, case_spans, travelled
from postal_bridge.delivery.service import delivery_view, disputes_for
from postal_bridge.delivery.views import DisputeView
from postal_bridge.delivery.watching import dispute_spans, items_that_wait
from postal_bridge.dossiers.service import promise
from postal_bridge.dossiers.watching import past_due
from postal_bridge.insight.names import Names
from postal_bridge.insight.rules import Span, silent_spans, standing_at
from postal_bridge.insight.views import (
    Contested,
    Figure,
    LateDossier,
    NamedDispute,
    NamedDrawer,
    NamedGap,
    SilentItem,
)
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money.hand_in_views import open_gaps
from postal_bridge.money.rules import DrawerStatus
from postal_bridge.money.watching import DrawerLine

MOST_ITEMS = 4_000
MOST_SHOWN = 200
MOST_SLACK = 60


def silent(
    uow: ReadUnit, scope: Scope, moments: Sequence[datetime]
) -> tuple[Figure, tuple[SilentItem, ...], bool]:
    """Envelopes that lie still; the one that lies longest first. True: not all were looked at."""
    watched, is_partial = _watched(uow, scope, moments[0] - timedelta(days=1))
    spans: list[Span] = []
    still: list[tuple[datetime, Travelled]] = []
    for one in watched:
        own = silent_spans(one.stays, uow.now)
        spans += own
        if own and own[-1][1] is None:
            still.append((one.stays[-1].since, one))
    still.sort(key=lambda pair: (pair[0], pair[1].number))
    trend = standing_at(spans, moments)
    shown = tuple(_silent(uow, since, one) for since, one in still[:MOST_SHOWN])
    return Figure(len(still), (*trend[:-1], len(still))), shown, is_partial


def count_silent(uow: ReadUnit, scope: Scope) -> int:
    """How many envelopes lie still now, as the board counts them."""
    watched, _ = _watched(uow, scope, uow.now)
    own = (silent_spans(one.stays, uow.now) for one in watched)
    return sum(1 for spans in own if spans and spans[-1][1] is None)


def _watched(uow: ReadUnit, scope: Scope, since: datetime) -> tuple[list[Travelled], bool]:
    """What is on its way or came since, without what waits for its citizen. True: not all."""
    found = travelled(uow, scope, since=since, limit=MOST_ITEMS + 1)
    waiting = items_that_wait(uow, scope)
    watched = [one for one in found[:MOST_ITEMS] if one.item_id not in waiting]
    return watched, len(found) > MOST_ITEMS


def _silent(uow: ReadUnit, since: datetime, one: Travelled) -> SilentItem:
    last = sorted(one.stays, key=lambda stay: stay.since)[-1]  # of two at once the later told
    return SilentItem(
        item_id=one.item_id,
        number=one.number,
        kind=ItemKind(one.kind),
        dossier_id=one.dossier_id,
        holder=named(uow, last.holder),
        since=since,
        still_for=uow.now - since,
    )


def late(
    uow: ReadUnit, scope: Scope, moments: Sequence[datetime], names: Names
) -> tuple[Figure, tuple[LateDossier, ...], tuple[tuple[DelayOwner, int], ...]]:
    """Dossiers past their date without a result, and who used their time up (P3)."""
    found = past_due(uow, scope, since=moments[0], limit=MOST_ITEMS)
    spans = [
        (one.due_at, one.finished_at or one.closed_at) for one in found if one.due_at is not None
    ]
    now = [
        one
        for one in found
        if one.finished_at is None and one.closed_at is None and one.is_overdue(uow.now)
    ]
    rows, spent = [], dict.fromkeys(DelayOwner, 0)
    for place, one in enumerate(now[:MOST_SHOWN]):
        slack = promise(uow, one.id).slack if place < MOST_SLACK else ()
        for time in slack:
            spent[time.owner] += time.worked_s
        rows.append(LateDossier(one, names.section(one.competent_section_id), slack))
    trend = standing_at(spans, moments)
    owners = tuple((owner, s) for owner, s in sorted(spent.items(), key=lambda p: -p[1]) if s)
    return Figure(len(now), (*trend[:-1], len(now))), tuple(rows), owners


def contested(
    uow: ReadUnit,
    scope: Scope,
    moments: Sequence[datetime],
    drawers: Sequence[DrawerLine],
    names: Names,
) -> tuple[Figure, Contested]:
    """Drawers, couriers' cash, deliveries and counts about which two sides differ."""
    gaps = tuple(
        NamedGap(one, names.staff(one.courier), names.unit(one.unit_id))
        for one in open_gaps(uow, scope)[:MOST_SHOWN]
    )
    things = Contested(
        gaps=gaps,
        drawers=named_drawers(
            (one for one in drawers if one.status is DrawerStatus.CONTESTED), names
        ),
        cases=cases_for(uow, scope)[:MOST_SHOWN],
        disputes=tuple(
            _dispute(uow, one, scope, names) for one in disputes_for(uow, scope)[:MOST_SHOWN]
        ),
    )
    spans: list[Span] = [
        (one.contested_at, one.closed_at) for one in drawers if one.contested_at is not None
    ]
    spans += [(one.hand_in.accepted_at, None) for one in gaps if one.hand_in.accepted_at]
    spans += case_spans(uow, scope, since=moments[0])
    spans += dispute_spans(uow, scope, since=moments[0])
    trend = standing_at(spans, moments)
    return Figure(len(things), (*trend[:-1], len(things))), things


def named_drawers(drawers: Iterable[DrawerLine], names: Names) -> tuple[NamedDrawer, ...]:
    return tuple(
        NamedDrawer(one, names.staff(one.clerk), names.unit(one.unit_id)) for one in drawers
    )


def _dispute(uow: ReadUnit, one: DisputeView, scope: Scope, names: Names) -> NamedDispute:
    delivery = delivery_view(uow, one.delivery_id, scope)
    return NamedDispute(one, delivery.label, names.point(delivery.point_id))

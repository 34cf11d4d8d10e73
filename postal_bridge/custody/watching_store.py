"""Queries for the board: many items at once. Never commits."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from postal_bridge.custody.store import STEP_KINDS, within
from postal_bridge.custody.tables import CaseRow, ItemRow
from postal_bridge.custody.types import HolderKind, ItemKind
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.tables import StreamEvent
from postal_bridge.kernel.unit_of_work import ReadUnit

_IN_A_QUERY = 400
_ON_THE_WAY = (HolderKind.STAFF, HolderKind.POINT, HolderKind.CARRIER)


def watched_items(uow: ReadUnit, scope: Scope, *, since: datetime, limit: int) -> Sequence[ItemRow]:
    """Envelopes that are on their way now, or were registered since; the oldest first."""
    return uow.session.scalars(
        select(ItemRow)
        .where(
            within(scope, ItemRow.unit_id, ItemRow.section_id, ItemRow.dossier_id),
            ItemRow.kind != ItemKind.POUCH,
            or_(
                ItemRow.holder_kind.in_(_ON_THE_WAY),
                ItemRow.in_pouch_id.is_not(None),
                ItemRow.created_at >= since,
            ),
        )
        .order_by(ItemRow.created_at, ItemRow.number)
        .limit(limit)
    ).all()


def step_facts(uow: ReadUnit, item_ids: Collection[UUID]) -> Sequence[StreamEvent]:
    """The custody steps of these items, each item's in order of recording."""
    found: list[StreamEvent] = []
    ids = sorted(item_ids)
    for start in range(0, len(ids), _IN_A_QUERY):
        some = ids[start : start + _IN_A_QUERY]
        found += uow.session.scalars(
            select(StreamEvent)
            .where(
                StreamEvent.stream.in_([streams.item_stream(one) for one in some]),
                StreamEvent.kind.in_(STEP_KINDS),
            )
            .order_by(StreamEvent.stream, StreamEvent.seq)
        )
    return found


def case_spans(
    uow: ReadUnit, scope: Scope, *, since: datetime
) -> Sequence[tuple[datetime, datetime | None]]:
    rows = uow.session.execute(
        select(CaseRow.opened_at, CaseRow.settled_at).where(
            within(scope, CaseRow.unit_id, CaseRow.section_id, CaseRow.dossier_id),
            or_(CaseRow.settled_at.is_(None), CaseRow.settled_at >= since),
        )
    )
    return [(opened, settled) for opened, settled in rows]

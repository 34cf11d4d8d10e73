"""Queries for the board: deliveries that wait, and how long disputes lasted. Never commits."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.store import inside
from postal_bridge.delivery.tables import DeliveryRow, DisputeRow
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.unit_of_work import ReadUnit


def dispute_spans(
    uow: ReadUnit, scope: Scope, *, since: datetime
) -> Sequence[tuple[datetime, datetime | None]]:
    rows = uow.session.execute(
        select(DisputeRow.opened_at, DisputeRow.closed_at)
        .join(DeliveryRow, DeliveryRow.id == DisputeRow.delivery_id)
        .where(inside(scope), or_(DisputeRow.closed_at.is_(None), DisputeRow.closed_at >= since))
    )
    return [(opened, closed) for opened, closed in rows]


def items_that_wait(uow: ReadUnit, scope: Scope) -> frozenset[UUID]:
    """Envelopes that lie at a point because the citizen comes for them, or a storm holds them."""
    rows = uow.session.scalars(
        select(DeliveryRow.item_id).where(
            inside(scope),
            DeliveryRow.item_id.is_not(None),
            or_(
                DeliveryRow.status == DeliveryStatus.HELD_AT_POINT,
                DeliveryRow.parked_reason.is_not(None),
            ),
        )
    )
    return frozenset(one for one in rows if one is not None)

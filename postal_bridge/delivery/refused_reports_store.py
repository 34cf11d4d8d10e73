"""Queries over refused reports. Never commits."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from postal_bridge.delivery.store import inside
from postal_bridge.delivery.tables import DeliveryRow, RefusedReportRow
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.unit_of_work import ReadUnit

MOST = 200


def report(uow: ReadUnit, report_id: UUID) -> RefusedReportRow | None:
    return uow.session.get(RefusedReportRow, report_id)


def handed_in_since(
    uow: ReadUnit, scope: Scope, since: datetime
) -> Sequence[tuple[RefusedReportRow, DeliveryRow]]:
    """With their deliveries, the newest first."""
    found = uow.session.execute(
        select(RefusedReportRow, DeliveryRow)
        .join(DeliveryRow, DeliveryRow.id == RefusedReportRow.delivery_id)
        .where(RefusedReportRow.created_at >= since, inside(scope))
        .order_by(RefusedReportRow.created_at.desc())
        .limit(MOST)
    )
    return [(row[0], row[1]) for row in found]


def of_delivery(uow: ReadUnit, delivery_id: UUID) -> Sequence[RefusedReportRow]:
    """The oldest first."""
    return uow.session.scalars(
        select(RefusedReportRow)
        .where(RefusedReportRow.delivery_id == delivery_id)
        .order_by(RefusedReportRow.created_at)
        .limit(MOST)
    ).all()


def every(uow: ReadUnit) -> Iterable[RefusedReportRow]:
    return uow.session.scalars(select(RefusedReportRow))

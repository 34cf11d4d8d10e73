"""Queries over many dossiers: with a date, in some states. Never commits."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.dossiers.store import within
from postal_bridge.dossiers.tables import DossierRow
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.unit_of_work import ReadUnit


def with_date(
    uow: ReadUnit, scope: Scope, *, since: datetime, due_before: datetime, limit: int
) -> Sequence[DossierRow]:
    """Dossiers due before a moment that had no result yet or got it since, the latest first."""
    return uow.session.scalars(
        select(DossierRow)
        .where(
            within(scope),
            DossierRow.due_at < due_before,
            or_(DossierRow.finished_at.is_(None), DossierRow.finished_at >= since),
            or_(DossierRow.closed_at.is_(None), DossierRow.closed_at >= since),
        )
        .order_by(DossierRow.due_at, DossierRow.acceptance_number)
        .limit(limit)
    ).all()


def in_states(uow: ReadUnit, states: Collection[DossierStatus]) -> frozenset[UUID]:
    wanted = select(DossierRow.id).where(DossierRow.status.in_(states))
    return frozenset(uow.session.scalars(wanted))

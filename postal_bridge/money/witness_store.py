"""Queries of second persons who stand by a count. Never commits."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money.witness_tables import DrawerWitness


def usable(
    uow: ReadUnit, drawer_id: UUID, count_no: int, *, since: datetime, most_tries: int
) -> Sequence[DrawerWitness]:
    """Codes of this count that are neither used, old nor tried too often."""
    return uow.session.scalars(
        select(DrawerWitness)
        .where(
            DrawerWitness.drawer_id == drawer_id,
            DrawerWitness.count_no == count_no,
            DrawerWitness.used_at.is_(None),
            DrawerWitness.issued_at >= since,
            DrawerWitness.tries < most_tries,
        )
        .with_for_update()
    ).all()

"""Spots of doors: found by blind index, deleted when they may not be kept. Never commits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, bindparam, delete, select
from sqlalchemy.orm import Session

from postal_bridge.delivery.tables import DeliveryRow, DoorSpotRow

MOST_READ = 20  # the newest say where a door is; more would only be slower

_FOUND = (
    select(DoorSpotRow)
    .where(
        DoorSpotRow.blind.in_(bindparam("blinds", expanding=True)),
        DoorSpotRow.kept_until > bindparam("now"),
    )
    .order_by(DoorSpotRow.handed_over_on.desc(), DoorSpotRow.id)
    .limit(MOST_READ)
)


class DoorStore:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: DoorSpotRow) -> None:
        self._session.add(row)
        self._session.flush()

    def found(self, blinds: Sequence[str], now: datetime) -> Sequence[DoorSpotRow]:
        """The newest spots of this door that may be kept still."""
        return self._session.scalars(_FOUND, {"blinds": blinds, "now": now}).all()

    def under_others(self, key_id: str, limit: int) -> Sequence[tuple[DoorSpotRow, DeliveryRow]]:
        """Spots whose form was made with another key than this one, locked until the unit ends."""
        rows = self._session.execute(
            select(DoorSpotRow, DeliveryRow)
            .join(DeliveryRow, DeliveryRow.id == DoorSpotRow.delivery_id)
            .where(~DoorSpotRow.blind.startswith(f"{key_id}:", autoescape=True))
            .order_by(DoorSpotRow.id)
            .limit(limit)
            .with_for_update(of=DoorSpotRow)
        )
        return [(spot, delivery) for spot, delivery in rows]

    def every(self) -> Sequence[tuple[DoorSpotRow, DeliveryRow]]:
        rows = self._session.execute(
            select(DoorSpotRow, DeliveryRow)
            .join(DeliveryRow, DeliveryRow.id == DoorSpotRow.delivery_id)
            .order_by(DoorSpotRow.id)
        )
        return [(spot, delivery) for spot, delivery in rows]

    def drop_of_dossier(self, dossier_id: UUID) -> int:
        """Deletes; returns how many."""
        return self._delete(DoorSpotRow.dossier_id == dossier_id)

    def drop_of_delivery(self, delivery_id: UUID) -> int:
        return self._delete(DoorSpotRow.delivery_id == delivery_id)

    def drop_old(self, now: datetime) -> int:
        return self._delete(DoorSpotRow.kept_until <= now)

    def _delete(self, which: ColumnElement[bool]) -> int:
        result = self._session.execute(delete(DoorSpotRow).where(which))
        return int(cast("CursorResult[Any]", result).rowcount)

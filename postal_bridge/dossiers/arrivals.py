"""Whether sections counted dossiers in: many at once, for the reconciliation. Parts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from postal_bridge.dossiers import arrivals_store
from postal_bridge.kernel.unit_of_work import ReadUnit


@dataclass(frozen=True, slots=True)
class Arrival:
    """`received_at`: when its section counted it in; None: it has not."""

    dossier_id: UUID
    number: str
    section_id: UUID
    unit_id: UUID
    received_at: datetime | None
    status: str


def arrivals(uow: ReadUnit, dossier_ids: Collection[UUID]) -> dict[UUID, Arrival]:
    """Those that exist; money for a dossier that does not is a difference of its own."""
    found: dict[UUID, Arrival] = {}
    for row in arrivals_store.rows_of(uow, dossier_ids):
        dossier_id, code, number, section_id, unit_id, received_at, status = row
        found[cast(UUID, dossier_id)] = Arrival(
            cast(UUID, dossier_id),
            str(code or number),
            cast(UUID, section_id),
            cast(UUID, unit_id),
            cast("datetime | None", received_at),
            str(status),
        )
    return found


def acceptance_numbers(uow: ReadUnit, dossier_ids: Collection[UUID]) -> dict[UUID, str]:
    """The post's own number of each, which never changes."""
    rows = arrivals_store.rows_of(uow, dossier_ids)
    return {cast(UUID, row[0]): str(row[2]) for row in rows}

"""Queries for the day's reconciliation: which dossiers their sections counted in. Never commits."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from postal_bridge.dossiers.tables import DossierRow
from postal_bridge.kernel.unit_of_work import ReadUnit

AT_ONCE = 5_000  # below what SQLite takes as parameters of one statement


def rows_of(uow: ReadUnit, dossier_ids: Collection[UUID]) -> Sequence[tuple[object, ...]]:
    ids = list(dossier_ids)
    found: list[Any] = []
    for start in range(0, len(ids), AT_ONCE):
        found += uow.session.execute(
            select(
                DossierRow.id,
                DossierRow.dossier_code,
                DossierRow.acceptance_number,
                DossierRow.section_id,
                DossierRow.unit_id,
                DossierRow.received_at,
                DossierRow.status,
            ).where(DossierRow.id.in_(ids[start : start + AT_ONCE]))
        ).all()
    return [tuple(row) for row in found]

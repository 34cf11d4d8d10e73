"""Queries about many dossiers at once: envelopes, items, open cases. Never commits."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from postal_bridge.custody.tables import CaseRow, ItemRow
from postal_bridge.custody.types import ItemKind
from postal_bridge.kernel.unit_of_work import ReadUnit

AT_ONCE = 5_000


def envelopes_of(
    uow: ReadUnit, dossier_ids: Collection[UUID]
) -> Sequence[tuple[UUID, str, str | None, str | None]]:
    """(dossier, number, holder's kind, holder) of each dossier's envelope; inside a pouch the
    pouch's holder."""
    pouch = aliased(ItemRow)
    ids = list(dossier_ids)
    found: list[Any] = []
    for start in range(0, len(ids), AT_ONCE):
        found += uow.session.execute(
            select(
                ItemRow.dossier_id,
                ItemRow.number,
                func.coalesce(ItemRow.holder_kind, pouch.holder_kind),
                func.coalesce(ItemRow.holder_id, pouch.holder_id),
            )
            .outerjoin(pouch, pouch.id == ItemRow.in_pouch_id)
            .where(
                ItemRow.dossier_id.in_(ids[start : start + AT_ONCE]),
                ItemRow.kind == ItemKind.DOSSIER_ENVELOPE,
            )
            .order_by(ItemRow.created_at)
        ).all()
    return [(row[0], row[1], row[2], row[3]) for row in found]


def item_ids_of(uow: ReadUnit, dossier_ids: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    query = select(ItemRow.id, ItemRow.dossier_id).where(ItemRow.dossier_id.in_(dossier_ids))
    return [(item, dossier) for item, dossier in uow.session.execute(query) if dossier is not None]


def ids_with_open_case(uow: ReadUnit, dossier_ids: Collection[UUID]) -> list[UUID]:
    query = select(CaseRow.dossier_id).where(
        CaseRow.dossier_id.in_(dossier_ids), CaseRow.status == "open"
    )
    return [dossier for dossier in uow.session.scalars(query) if dossier is not None]

"""Queries and locks of undos. Rows or NotFound; never commits."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from postal_bridge.dossiers.store import within
from postal_bridge.dossiers.tables import DossierRow, UndoRow
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.errors import NotFound


def undos_of(session: Session, dossier_id: UUID) -> Sequence[UndoRow]:
    return session.scalars(
        select(UndoRow).where(UndoRow.dossier_id == dossier_id).order_by(UndoRow.asked_at)
    ).all()


def undone(session: Session, dossier_ids: Collection[UUID]) -> Mapping[UUID, frozenset[UUID]]:
    """The records of each of these dossiers that an approved undo took back."""
    found = session.execute(
        select(UndoRow.dossier_id, UndoRow.record_id).where(
            UndoRow.dossier_id.in_(dossier_ids),
            UndoRow.status == "approved",
            UndoRow.record_id.is_not(None),
        )
    ).all()
    return {
        one: frozenset(row.record_id for row in found if row.dossier_id == one)
        for one in dossier_ids
    }


def undo(session: Session, undo_id: UUID, scope: Scope, *, lock: bool = False) -> UndoRow:
    """Raises NotFound outside the scope."""
    query = select(UndoRow).join(DossierRow).where(UndoRow.id == undo_id, within(scope))
    row = session.scalars(query.with_for_update(of=UndoRow) if lock else query).one_or_none()
    if row is None:
        raise NotFound
    return row


def open_undos(session: Session, scope: Scope, *, limit: int) -> Sequence[UndoRow]:
    return session.scalars(
        select(UndoRow)
        .join(DossierRow)
        .where(UndoRow.status == "asked", within(scope))
        .order_by(UndoRow.asked_at)
        .limit(limit)
    ).all()

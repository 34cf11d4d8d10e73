"""Queries and locks of undos. Rows or NotFound; never commits."""

from collections.abc import Sequence
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

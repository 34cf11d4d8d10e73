"""Queries and locks of clerks' drawers and of what is proposed to them. Never commits."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from postal_bridge.kernel.actor import Scope
from postal_bridge.money.drawer_tables import CorrectionRow, DrawerCount, DrawerRow
from postal_bridge.money.store import maybe, one, seen_by

WORKING = ("open", "counted")
_WORKING_DRAWER = select(DrawerRow).where(
    DrawerRow.clerk == bindparam("of"), DrawerRow.status.in_(WORKING)
)
_LOCK_WORKING_DRAWER = _WORKING_DRAWER.with_for_update()


def drawer(session: Session, drawer_id: UUID, scope: Scope, *, lock: bool = False) -> DrawerRow:
    query = select(DrawerRow).where(DrawerRow.id == drawer_id, seen_by(scope, DrawerRow))
    return one(session, query.with_for_update() if lock else query)


def working_drawer(session: Session, clerk: str, *, lock: bool = False) -> DrawerRow | None:
    query = _LOCK_WORKING_DRAWER if lock else _WORKING_DRAWER
    return session.scalars(query, {"of": clerk}).one_or_none()


def drawers(session: Session, scope: Scope) -> Sequence[DrawerRow]:
    return session.scalars(
        select(DrawerRow).where(seen_by(scope, DrawerRow)).order_by(DrawerRow.opened_at)
    ).all()


def last_count_no(session: Session, drawer_id: UUID) -> int:
    query = select(func.max(DrawerCount.count_no)).where(DrawerCount.drawer_id == drawer_id)
    return session.scalar(query) or 0


def correction(session: Session, correction_id: UUID, scope: Scope) -> CorrectionRow:
    return one(
        session,
        select(CorrectionRow)
        .where(CorrectionRow.id == correction_id, seen_by(scope, CorrectionRow))
        .with_for_update(),
    )


def corrections_of_drawers(session: Session, drawer_ids: Sequence[UUID]) -> Sequence[CorrectionRow]:
    return session.scalars(
        select(CorrectionRow)
        .where(CorrectionRow.drawer_id.in_(drawer_ids))
        .order_by(CorrectionRow.proposed_at)
    ).all()


def correction_of_entry(session: Session, entry_id: UUID) -> CorrectionRow | None:
    return maybe(
        session,
        select(CorrectionRow).where(
            CorrectionRow.entry_id == entry_id, CorrectionRow.status != "disputed"
        ),
    )


def last_correction_of_entry(session: Session, entry_id: UUID) -> CorrectionRow | None:
    wanted = select(CorrectionRow).where(CorrectionRow.entry_id == entry_id)
    return session.scalars(wanted.order_by(CorrectionRow.proposed_at.desc()).limit(1)).one_or_none()


def drawer_ids_of_clerk(session: Session, clerk: str) -> Sequence[UUID]:
    return session.scalars(select(DrawerRow.id).where(DrawerRow.clerk == clerk)).all()

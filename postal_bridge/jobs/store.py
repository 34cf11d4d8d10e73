"""Queries of the keeper's two tables."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from postal_bridge.jobs.tables import KeeperLease, ScheduleRow
from postal_bridge.kernel.errors import Conflict
from postal_bridge.kernel.tables import DataKey


def lease(session: Session) -> KeeperLease | None:
    """The lease row, locked until the unit ends; None before the first keeper."""
    return session.scalars(select(KeeperLease).with_for_update()).one_or_none()


def lease_until(session: Session) -> datetime | None:
    """Until when the lease is held, for whoever only looks; None before the first keeper."""
    return session.scalar(select(KeeperLease.lease_until))


def add_lease(session: Session, row: KeeperLease) -> None:
    """The first lease of a home. Raises Conflict when another keeper was first."""
    session.add(row)
    try:
        session.flush()
    except IntegrityError as exc:
        raise Conflict(constraint="keeper_lease") from exc


def schedule_rows(session: Session) -> Sequence[ScheduleRow]:
    return session.scalars(select(ScheduleRow).order_by(ScheduleRow.name)).all()


def drop_others(session: Session, names: Collection[str]) -> None:
    """Periodic work that no release knows any more is gone."""
    session.execute(delete(ScheduleRow).where(ScheduleRow.name.not_in(list(names))))


def due_rows(
    session: Session, *, business_now: datetime, machine_now: datetime
) -> Sequence[ScheduleRow]:
    """Work whose time has come on its own clock."""
    return session.scalars(
        select(ScheduleRow).where(
            ((ScheduleRow.clock == "business") & (ScheduleRow.next_at <= business_now))
            | ((ScheduleRow.clock == "machine") & (ScheduleRow.next_at <= machine_now))
        )
    ).all()


def next_business_time(session: Session, *, after: datetime, until: datetime) -> datetime | None:
    """The first time in (after, until] at which business-clock work falls due."""
    return session.scalar(
        select(func.min(ScheduleRow.next_at)).where(
            ScheduleRow.clock == "business",
            ScheduleRow.next_at > after,
            ScheduleRow.next_at <= until,
        )
    )


def dossiers_wrapped_by_others(session: Session, key_id: str, *, limit: int) -> list[UUID]:
    """Dossiers whose data key is not under this master key (a sealed value begins with its id)."""
    prefix = f"{key_id}:".encode()
    rows = session.scalars(
        select(DataKey.dossier_id)
        .where(
            DataKey.wrapped.is_not(None),
            func.substr(DataKey.wrapped, 1, len(prefix)) != prefix,
        )
        .limit(limit)
    )
    return list(rows)

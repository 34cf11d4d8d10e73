"""Queries of contracts and their lines. Never commits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.inserting import insert_unless_there
from postal_bridge.money.contract_tables import ContractLineRow, ContractSetRow


def sets(session: Session) -> Sequence[ContractSetRow]:
    """Every publication of contracts, oldest first."""
    return session.scalars(select(ContractSetRow).order_by(ContractSetRow.number)).all()


def last_of_cause(
    session: Session, delivery_id: UUID, item: str, cause: str
) -> ContractLineRow | None:
    """How the cause stands: an odd number stands, an even one was taken back; None: never."""
    wanted = select(ContractLineRow).where(
        ContractLineRow.delivery_id == delivery_id,
        ContractLineRow.item == item,
        ContractLineRow.cause == cause,
    )
    return session.scalars(wanted.order_by(ContractLineRow.no.desc()).limit(1)).one_or_none()


def standing(
    session: Session, delivery_id: UUID, items: Sequence[str]
) -> Sequence[ContractLineRow]:
    """The delivery's lines of these items that were not taken back."""
    wanted = select(ContractLineRow).where(
        ContractLineRow.delivery_id == delivery_id, ContractLineRow.item.in_(items)
    )
    rows = session.scalars(wanted.order_by(ContractLineRow.no)).all()
    last = {(row.item, row.cause): row for row in rows}
    return [row for row in last.values() if row.no % 2]


def add_line(session: Session, values: Mapping[str, Any]) -> bool:
    """False when a twin wrote the same line first."""
    return insert_unless_there(session, ContractLineRow, values)


def lines_between(
    session: Session, scope: Scope, since: datetime, until: datetime
) -> Sequence[ContractLineRow]:
    """Every line of these offices from `since` up to and without `until`, in order of time."""
    inside = true() if scope.everything else ContractLineRow.unit_id.in_(scope.units)
    wanted = select(ContractLineRow).where(
        inside, ContractLineRow.at >= since, ContractLineRow.at < until
    )
    return session.scalars(wanted.order_by(ContractLineRow.at, ContractLineRow.id)).all()

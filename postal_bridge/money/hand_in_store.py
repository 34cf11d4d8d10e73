"""Queries and locks of couriers' cash. Never commits; what lies outside the scope is NotFound."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select

from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money.accounts import AccountKind
from postal_bridge.money.hand_in_tables import HandInCount, HandInRow
from postal_bridge.money.store import seen_by
from postal_bridge.money.tables import AccountRow, JournalEntry, PostingRow

ON_COUNTER = ("offered", "counted")
GAP_OPEN = ("set_aside", "contested")
GIVEN_ON = ("courier_cash_banked", "courier_cash_taken")


def find(uow: ReadUnit, hand_in_id: UUID, *, actor: Actor, lock: bool = False) -> HandInRow:
    """One the actor's scope covers, or his own cash. Raises NotFound."""
    query = select(HandInRow).where(
        HandInRow.id == hand_in_id,
        or_(HandInRow.courier == actor.id, seen_by(actor.scope, HandInRow)),
    )
    row = uow.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound
    return row


def open_of_courier(uow: ReadUnit, courier: str) -> HandInRow | None:
    return uow.session.scalars(
        select(HandInRow).where(HandInRow.courier == courier, HandInRow.status.in_(ON_COUNTER))
    ).one_or_none()


def last_of_courier(uow: ReadUnit, courier: str, limit: int) -> Sequence[HandInRow]:
    """The newest first."""
    return uow.session.scalars(
        select(HandInRow)
        .where(HandInRow.courier == courier)
        .order_by(HandInRow.offered_at.desc(), HandInRow.id.desc())
        .limit(limit)
    ).all()


def waiting_in(uow: ReadUnit, unit_id: UUID) -> Sequence[HandInRow]:
    """What couriers of the office have laid on its counters, oldest first."""
    return uow.session.scalars(
        select(HandInRow)
        .where(HandInRow.unit_id == unit_id, HandInRow.status.in_(ON_COUNTER))
        .order_by(HandInRow.offered_at, HandInRow.id)
    ).all()


def with_open_gap(uow: ReadUnit, scope: Scope) -> Sequence[HandInRow]:
    """Differences nobody has settled, oldest first."""
    return uow.session.scalars(
        select(HandInRow)
        .where(HandInRow.gap_status.in_(GAP_OPEN), seen_by(scope, HandInRow))
        .order_by(HandInRow.accepted_at, HandInRow.id)
    ).all()


def last_count_no(uow: ReadUnit, hand_in_id: UUID) -> int:
    query = select(func.max(HandInCount.count_no)).where(HandInCount.hand_in_id == hand_in_id)
    return uow.session.scalar(query) or 0


def clerk_counts(uow: ReadUnit, hand_in_id: UUID) -> int:
    query = select(func.count()).where(
        HandInCount.hand_in_id == hand_in_id, HandInCount.side == "clerk"
    )
    return uow.session.scalar(query) or 0


def given_on(uow: ReadUnit, code: str, since: datetime) -> tuple[UUID, ...]:
    """Entries that took cash from a courier's account to a bank or a drawer, oldest first."""
    return tuple(
        uow.session.scalars(
            select(JournalEntry.id)
            .join(PostingRow, PostingRow.entry_id == JournalEntry.id)
            .join(AccountRow, AccountRow.code == PostingRow.debit_account)
            .where(
                PostingRow.credit_account == code,
                AccountRow.kind.in_((AccountKind.BANK, AccountKind.DRAWER)),
                JournalEntry.kind.in_(GIVEN_ON),
                JournalEntry.at >= since,
            )
            .group_by(JournalEntry.id, JournalEntry.recorded_at)
            .order_by(JournalEntry.recorded_at, JournalEntry.id)
        )
    )


def movements(uow: ReadUnit, code: str) -> Sequence[tuple[str, str, int]]:
    """(kind of the other account, about, amount) of every posting; out of it is below zero."""
    into = (
        select(AccountRow.kind, PostingRow.about, func.sum(PostingRow.amount_vnd))
        .join(AccountRow, AccountRow.code == PostingRow.credit_account)
        .where(PostingRow.debit_account == code)
        .group_by(AccountRow.kind, PostingRow.about)
    )
    out = (
        select(AccountRow.kind, PostingRow.about, -func.sum(PostingRow.amount_vnd))
        .join(AccountRow, AccountRow.code == PostingRow.debit_account)
        .where(PostingRow.credit_account == code)
        .group_by(AccountRow.kind, PostingRow.about)
    )
    rows = [*uow.session.execute(into), *uow.session.execute(out)]
    return [(kind, about, int(amount)) for kind, about, amount in rows]

"""Actions as relay, workers and reaper take, settle and free them (design section 7).

Lease and next try use the machine clock; `due_at` is on the business clock.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from postal_bridge.kernel.errors import StaleToken
from postal_bridge.kernel.outbox import OPEN, ActionState, Handler, Policy, Work
from postal_bridge.kernel.tables import ActionRow

CLOCK_SLACK_S = 60  # machines agree within a second; what is further off was another time


@dataclass(frozen=True, slots=True)
class Offer:
    action_id: UUID
    offer_no: int
    handler: str
    has_failed: bool


def offer(
    session: Session,
    handlers: Mapping[str, Handler],
    *,
    now: datetime,
    business_now: datetime,
    offer_lease_s: int,
    limit: int,
) -> list[Offer]:
    """Lease up to `limit` due actions, oldest first, to be enqueued after the commit.

    An action waits while an older one of the same handler and order key is open; one that
    is parked for a person holds up nobody.
    """
    due = _due(handlers, now=now, business_now=business_now).where(ActionRow.lease_until.is_(None))
    rows = session.scalars(due.limit(limit)).all()
    for row in rows:
        row.offer_no += 1
        row.lease_until = now + timedelta(seconds=offer_lease_s)
    return [Offer(row.id, row.offer_no, row.handler, row.tries > 0) for row in rows]


def claim(
    session: Session,
    action_id: UUID,
    handlers: Mapping[str, Handler],
    *,
    now: datetime,
    business_now: datetime,
) -> list[Work]:
    """Take the lease and a new token of the action, and of others that one job may take with it.

    Nothing where there is nothing (left) to do. With an action come due ones of its handler that
    have not failed yet, offered or not; one that failed itself comes alone.
    """
    row = session.scalars(
        select(ActionRow).where(ActionRow.id == action_id).with_for_update(of=ActionRow)
    ).one_or_none()
    if row is None:
        return []
    policy = handlers[row.handler].policy
    taken = [row] if row.state == ActionState.WAITING and row.next_try_at <= now else []
    if policy.at_once > 1 and not (taken and row.tries):
        others = _due({row.handler}, now=now, business_now=business_now).where(
            ActionRow.id != action_id, ActionRow.tries == 0
        )
        taken += session.scalars(others.limit(policy.at_once - len(taken)))
    for one in taken:
        one.state = ActionState.SENDING
        one.token += 1
        one.lease_until = now + timedelta(seconds=policy.lease_s)
    return [Work(one.id, one.token, one.handler, one.message.body) for one in taken]


def give_back(session: Session, work: Work, *, now: datetime) -> None:
    """An action that was taken and not begun waits as before; that is no try."""
    _as_holder(session, work, state=ActionState.WAITING, lease_until=None, next_try_at=now)


def _due(handlers: Collection[str], *, now: datetime, business_now: datetime) -> Select[ActionRow]:
    """Actions that may begin, oldest first, locked; what others have locked is left out."""
    older = aliased(ActionRow)
    blocked = exists().where(
        older.handler == ActionRow.handler,
        older.order_key == ActionRow.order_key,
        older.state.in_(OPEN),
        older.due_at <= business_now,
        (older.ordinal < ActionRow.ordinal)
        | ((older.ordinal == ActionRow.ordinal) & (older.id < ActionRow.id)),
    )
    return (
        select(ActionRow)
        .where(
            ActionRow.handler.in_(list(handlers)),
            ActionRow.state == ActionState.WAITING,
            ActionRow.next_try_at <= now,
            ActionRow.due_at <= business_now,
            ~blocked,
        )
        .order_by(ActionRow.next_try_at, ActionRow.ordinal)
        .with_for_update(skip_locked=True, of=ActionRow)
    )


def put_back(session: Session, work: Work, policy: Policy, *, reason: str, now: datetime) -> None:
    """A try failed for now: wait for the next pause, or for a person after the last."""
    tries = session.get_one(ActionRow, work.action_id).tries
    _as_holder(session, work, **_after_failed_try(tries, policy, reason=reason, now=now))


def close(
    session: Session, work: Work, state: ActionState, *, now: datetime, reason: str | None = None
) -> None:
    """The action is over. Raises StaleToken when another run holds it."""
    _as_holder(session, work, state=state, reason=reason, lease_until=None, closed_at=now)


def reap(
    session: Session,
    handlers: Mapping[str, Handler],
    *,
    now: datetime,
    business_now: datetime,
    limit: int,
) -> int:
    """Free what nobody holds any more: offers that Redis lost, leases of dead workers.

    A lease or a pause that is longer than any of ours, and a first try that lies ahead, were
    written by a clock that has been put back since: nobody waits until that time comes again.
    """
    policies, slack = [one.policy for one in handlers.values()], timedelta(seconds=CLOCK_SLACK_S)
    longest = slack + timedelta(seconds=max((one.lease_s for one in policies), default=0))
    pauses = (pause_s for one in policies for pause_s in one.retry_after_s)
    pause = slack + timedelta(seconds=max(pauses, default=0))
    rows = session.scalars(
        select(ActionRow)
        .where(
            ActionRow.handler.in_(list(handlers)),
            ActionRow.state.in_(OPEN),
            (ActionRow.lease_until < now)
            | (ActionRow.lease_until > now + longest)
            | (
                (ActionRow.state == ActionState.WAITING)
                & (ActionRow.next_try_at > now + slack)
                & ((ActionRow.tries == 0) | (ActionRow.next_try_at > now + pause))
            ),
        )
        .limit(limit)
        .with_for_update(skip_locked=True, of=ActionRow)
    ).all()
    for row in rows:
        row.lease_until = None
        row.next_try_at = min(row.next_try_at, now)
        if row.due_at <= row.message.at:  # it was due at once
            row.due_at = min(row.due_at, business_now)
        if row.state == ActionState.SENDING:  # a worker died with it, which counts as a try
            row.token += 1  # should it be alive after all, it can no longer settle
            policy = handlers[row.handler].policy
            after = _after_failed_try(row.tries, policy, reason="lease_expired", now=now)
            if after["state"] == ActionState.WAITING:
                after["next_try_at"] = now  # the lease was the pause
            for name, value in after.items():
                setattr(row, name, value)
    return len(rows)


def retry_by_person(session: Session, action_id: UUID, *, now: datetime) -> bool:
    """A person lets a parked action run again; its tries start anew."""
    row = session.get(ActionRow, action_id)
    if row is None or row.state != ActionState.NEEDS_PERSON:
        return False
    row.state, row.tries, row.next_try_at = ActionState.WAITING, 0, now
    row.lease_until, row.closed_at = None, None
    return True


def count_by_state(session: Session) -> dict[str, int]:
    """How many actions stand in each state."""
    rows = session.execute(select(ActionRow.state, func.count()).group_by(ActionRow.state))
    return {str(state): int(count) for state, count in rows}


def oldest_waiting(session: Session, *, business_now: datetime) -> datetime | None:
    """When the oldest action that is due and still waits fell due; None when none does."""
    return session.scalar(
        select(func.min(ActionRow.due_at)).where(
            ActionRow.state == ActionState.WAITING, ActionRow.due_at <= business_now
        )
    )


def next_due(session: Session, *, after: datetime, until: datetime) -> datetime | None:
    """The first business time in (after, until] at which waiting work falls due."""
    return session.scalar(
        select(func.min(ActionRow.due_at)).where(
            ActionRow.state.in_(OPEN), ActionRow.due_at > after, ActionRow.due_at <= until
        )
    )


def count_open(session: Session, *, business_now: datetime) -> int:
    """Due actions that are not over yet (a person's are not counted)."""
    return (
        session.scalar(
            select(func.count()).where(ActionRow.state.in_(OPEN), ActionRow.due_at <= business_now)
        )
        or 0
    )


def parked(session: Session, *, limit: int) -> Sequence[ActionRow]:
    """Actions that need a person, oldest first."""
    return session.scalars(
        select(ActionRow)
        .where(ActionRow.state == ActionState.NEEDS_PERSON)
        .order_by(ActionRow.ordinal)
        .limit(limit)
    ).all()


def _after_failed_try(tries: int, policy: Policy, *, reason: str, now: datetime) -> dict[str, Any]:
    if tries >= len(policy.retry_after_s):
        over = {"state": ActionState.NEEDS_PERSON, "closed_at": now}
        return {**over, "reason": reason, "lease_until": None, "tries": tries + 1}
    return {
        "state": ActionState.WAITING,
        "reason": reason,
        "lease_until": None,
        "tries": tries + 1,
        "next_try_at": now + timedelta(seconds=policy.retry_after_s[tries]),
    }


def _as_holder(session: Session, work: Work, **values: Any) -> None:
    held = (
        update(ActionRow)
        .where(ActionRow.id == work.action_id, ActionRow.token == work.token)
        .values(**values)
        .returning(ActionRow.id)
    )
    if session.execute(held).one_or_none() is None:
        raise StaleToken(action_id=str(work.action_id))

"""Later work: the rows that are the record of what is owed (design section 7).

A message is written in the transaction of its cause and becomes one action row for each
handler. The queue only wakes workers; leases, tries and tokens live here. Lease and next
try use the machine clock; `due_at` is on the business clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from postal_bridge.kernel.errors import StaleToken
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.tables import ActionRow, MessageRow, table_of

CLOCK_SLACK_S = 60  # machines agree within a second; what is further off was another time
LEASE_MARGIN_S = 10  # with the reaper every 30 s, dead work is driven again within a minute


class ActionState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    NEEDS_PERSON = "needs_person"


_INTO_MESSAGES = insert(table_of(MessageRow))
_INTO_ACTIONS = insert(table_of(ActionRow))
OPEN = (ActionState.WAITING, ActionState.SENDING)


@dataclass(frozen=True, slots=True)
class Message:
    """Something that happened. `order_key`: an action waits for an older one of the same
    handler and key. `due_at`: not before this business time."""

    topic: str
    body: Mapping[str, Any]
    order_key: str | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """How a handler runs. After the last pause a person is asked."""

    queue: str
    timeout_s: int
    retry_after_s: tuple[int, ...] = (10, 60, 300, 1800)

    @property
    def lease_s(self) -> int:
        """Longer than RQ's own time-out, so that a live job is not taken over."""
        return self.timeout_s + LEASE_MARGIN_S


@dataclass(frozen=True, slots=True)
class Work:
    action_id: UUID
    token: int
    handler: str
    body: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Offer:
    action_id: UUID
    offer_no: int
    handler: str


class Handler(Protocol):
    """What a room does when a message arrives: prepare, call, settle.

    `prepare(view, work)` re-reads state and returns the order, or None when nothing is left
    to do; `call(order)` goes outside with no transaction open and may raise
    TemporaryFailure, Refusal or UnclearAnswer; `settle(uow, work, result)` records.
    """

    name: str
    policy: Policy

    def prepare(self, uow: Any, work: Work) -> Any: ...
    def call(self, order: Any) -> Any: ...
    def settle(self, uow: Any, work: Work, result: Any) -> None: ...


class Outbox:
    """Messages of one unit of work, written at its end in the transaction of their cause."""

    def __init__(
        self,
        session: Session,
        wiring: Mapping[str, tuple[Handler, ...]],
        *,
        at: datetime,
        machine_now: datetime,
    ) -> None:
        self._session = session
        self._wiring = wiring
        self._at = at
        self._machine_now = machine_now
        self._messages: list[dict[str, Any]] = []
        self._actions: list[dict[str, Any]] = []

    def add(self, message: Message) -> None:
        """One message row and one action row per handler. KeyError for an unwired topic."""
        handlers = self._wiring[message.topic]
        message_id = new_id()
        self._messages.append(
            {"id": message_id, "topic": message.topic, "body": message.body, "at": self._at}
        )
        self._actions.extend(
            {
                "id": new_id(),
                "message_id": message_id,
                "handler": handler.name,
                "order_key": message.order_key,
                "ordinal": int(self._machine_now.timestamp() * 1_000_000) + len(self._actions),
                "state": ActionState.WAITING,
                "due_at": message.due_at or self._at,
                "next_try_at": self._machine_now,
            }
            for handler in handlers
        )

    def write(self) -> None:
        """What was added is in the transaction; its commit keeps it."""
        connection = self._session.connection()
        self._queue_up()
        for into, rows in ((_INTO_MESSAGES, self._messages), (_INTO_ACTIONS, self._actions)):
            if rows:
                connection.execute(into, rows)
                rows.clear()

    def _queue_up(self) -> None:
        """What has an order key stands behind what is open under it, whatever the clocks say."""
        keys = {row["order_key"] for row in self._actions} - {None}
        if not keys:
            return
        asked = (
            select(ActionRow.order_key, func.max(ActionRow.ordinal))
            .where(
                ActionRow.handler.in_({row["handler"] for row in self._actions}),
                ActionRow.order_key.in_(keys),
                ActionRow.state.in_(OPEN),
            )
            .group_by(ActionRow.order_key)
        )
        found = self._session.connection().execute(asked)
        last: dict[str | None, int] = {row[0]: row[1] for row in found}
        for row in self._actions:
            if (key := row["order_key"]) is not None:
                row["ordinal"] = last[key] = max(row["ordinal"], last.get(key, 0) + 1)

    def mark(self) -> tuple[int, int]:
        """What a savepoint goes back to."""
        return len(self._messages), len(self._actions)

    def go_back(self, mark: tuple[int, int]) -> None:
        """What was added since the mark is forgotten."""
        del self._messages[mark[0] :]
        del self._actions[mark[1] :]


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
    older = aliased(ActionRow)
    blocked = exists().where(
        older.handler == ActionRow.handler,
        older.order_key == ActionRow.order_key,
        older.state.in_(OPEN),
        older.due_at <= business_now,
        (older.ordinal < ActionRow.ordinal)
        | ((older.ordinal == ActionRow.ordinal) & (older.id < ActionRow.id)),
    )
    rows = session.scalars(
        select(ActionRow)
        .where(
            ActionRow.handler.in_(list(handlers)),
            ActionRow.state == ActionState.WAITING,
            ActionRow.next_try_at <= now,
            ActionRow.due_at <= business_now,
            ActionRow.lease_until.is_(None),
            ~blocked,
        )
        .order_by(ActionRow.next_try_at, ActionRow.ordinal)
        .limit(limit)
        .with_for_update(skip_locked=True, of=ActionRow)
    ).all()
    for row in rows:
        row.offer_no += 1
        row.lease_until = now + timedelta(seconds=offer_lease_s)
    return [Offer(row.id, row.offer_no, row.handler) for row in rows]


def claim(
    session: Session, action_id: UUID, handlers: Mapping[str, Handler], *, now: datetime
) -> Work | None:
    """Take the lease and a new token, or None if there is nothing (left) to do."""
    row = session.scalars(
        select(ActionRow).where(ActionRow.id == action_id).with_for_update(of=ActionRow)
    ).one_or_none()
    if row is None or row.state != ActionState.WAITING or row.next_try_at > now:
        return None
    row.state = ActionState.SENDING
    row.token += 1
    row.lease_until = now + timedelta(seconds=handlers[row.handler].policy.lease_s)
    return Work(row.id, row.token, row.handler, row.message.body)


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


def by_name(wiring: Mapping[str, tuple[Handler, ...]]) -> dict[str, Handler]:
    """Every handler of a wiring under its own name."""
    return {handler.name: handler for group in wiring.values() for handler in group}


class JobQueue(Protocol):
    """Wakes a worker for an action. Losing a wake-up costs only the offer's lease."""

    def enqueue(self, action_id: UUID, *, job_id: str, policy: Policy) -> None: ...

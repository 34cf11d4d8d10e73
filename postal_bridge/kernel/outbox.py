"""Later work: the rows that are the record of what is owed (design section 7).

A message is written in the transaction of its cause and becomes one action row for each
handler. The queue only wakes workers; who takes and settles the rows is in `actions`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from postal_bridge.kernel.held import is_new
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.row_sending import send_rows, sent_together, shape_of
from postal_bridge.kernel.tables import ActionRow, MessageRow

LEASE_MARGIN_S = 10  # with the reaper every 30 s, dead work is driven again within a minute


class ActionState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    NEEDS_PERSON = "needs_person"


OPEN = (ActionState.WAITING, ActionState.SENDING)
_LAST_OPEN = (
    select(ActionRow.order_key, func.max(ActionRow.ordinal))
    .where(
        ActionRow.handler.in_(bindparam("handlers", expanding=True)),
        ActionRow.order_key.in_(bindparam("order_keys", expanding=True)),
        ActionRow.state.in_(OPEN),
    )
    .group_by(ActionRow.order_key)
)


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
    """How a handler runs. After the last pause a person is asked.

    `at_once`: how many actions one job may take, one after the other, so that not each costs a
    process (polls, webhooks). What has failed before runs alone: it can hold up no other. None of
    its calls may take longer than half of `timeout_s`, for none begins after that.
    """

    queue: str
    timeout_s: int
    retry_after_s: tuple[int, ...] = (10, 60, 300, 1800)
    at_once: int = 1

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
        for handler in handlers:
            row = {
                "id": new_id(),
                "message_id": message_id,
                "handler": handler.name,
                "order_key": message.order_key,
                "ordinal": int(self._machine_now.timestamp() * 1_000_000) + len(self._actions),
                "state": ActionState.WAITING,
                "due_at": message.due_at or self._at,
                "next_try_at": self._machine_now,
            }
            shape_of(ActionRow).fill(row)
            self._actions.append(row)

    def write(self) -> None:
        """What was added is in the transaction; its commit keeps it."""
        self._queue_up()
        if not self._messages:
            return
        connection = self._session.connection()
        with sent_together(connection):
            send_rows(connection, MessageRow, self._messages)
            if self._actions:
                send_rows(connection, ActionRow, self._actions)
        self._messages.clear()
        self._actions.clear()

    def _queue_up(self) -> None:
        """What has an order key stands behind what is open under it, whatever the clocks say.

        Under the key of what this unit made nothing can be open yet.
        """
        keys = {row["order_key"] for row in self._actions} - {None}
        known = [key for key in keys if not is_new(self._session, key)]
        last: dict[str | None, int] = {}
        if known:
            asked = {"handlers": [row["handler"] for row in self._actions], "order_keys": known}
            found = self._session.connection().execute(_LAST_OPEN, asked)
            last = {row[0]: row[1] for row in found}
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


def by_name(wiring: Mapping[str, tuple[Handler, ...]]) -> dict[str, Handler]:
    """Every handler of a wiring under its own name."""
    return {handler.name: handler for group in wiring.values() for handler in group}


class JobQueue(Protocol):
    """Wakes a worker for an action. Losing a wake-up costs only the offer's lease."""

    def enqueue(self, action_id: UUID, *, job_id: str, policy: Policy) -> None: ...

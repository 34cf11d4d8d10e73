"""What deliveries do when their own reminders arrive: invite again, and end a hold.

Both run under the business clock and touch our database only, so the call hands on what
`prepare` found; `settle` looks again, which makes a second run without effect.
"""

from datetime import timedelta
from uuid import UUID

from postal_bridge.delivery import store, topics
from postal_bridge.delivery.failing import give_up, has_invited_enough, invite
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.tables import DeliveryRow
from postal_bridge.delivery.telling import remind
from postal_bridge.delivery.undeliverable import FailureReason
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.outbox import Handler, Policy, Work
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork

LOOK_AGAIN = timedelta(days=1)


class InviteAgain:
    """A held item whose invitations do not suffice yet has one more, of today."""

    name = "delivery.invite_again"
    policy = Policy(queue="calls", timeout_s=30)
    actor = Actor.job(name)

    def prepare(self, uow: ReadUnit, work: Work) -> UUID | None:
        row = _held(uow, work, self.actor)
        return None if row is None else row.id

    def call(self, order: UUID) -> UUID:
        return order

    def settle(self, uow: UnitOfWork, work: Work, result: UUID) -> None:
        row = _held(uow, work, self.actor)
        if row is None or has_invited_enough(uow, row):
            return
        if row.parked_reason is not None:
            due_at = max(row.parked_until or uow.now, uow.now) + LOOK_AGAIN
            remind(uow, topics.INVITATION_DUE, row, due_at)
            return
        if _was_invited_today(uow, row):
            return
        invite(uow, row.id, actor=self.actor)


class EndHold:
    """Nobody collected it: after the hold it is undeliverable, if the law's two invitations
    were sent; otherwise it waits on."""

    name = "delivery.end_hold"
    policy = Policy(queue="calls", timeout_s=30)
    actor = Actor.job(name)

    def prepare(self, uow: ReadUnit, work: Work) -> UUID | None:
        row = _held(uow, work, self.actor)
        return None if row is None else row.id

    def call(self, order: UUID) -> UUID:
        return order

    def settle(self, uow: UnitOfWork, work: Work, result: UUID) -> None:
        row = _held(uow, work, self.actor)
        if row is None or row.held_until is None:
            return
        if row.parked_reason is not None or not has_invited_enough(uow, row):
            remind(uow, topics.HOLD_ENDED, row, uow.now + LOOK_AGAIN)
        elif row.held_until > uow.now:
            remind(uow, topics.HOLD_ENDED, row, row.held_until)
        else:
            give_up(uow, row.id, FailureReason.ABSENT, actor=self.actor)


def own_wiring() -> dict[str, tuple[Handler, ...]]:
    """Who in this room acts on which message."""
    return {topics.INVITATION_DUE: (InviteAgain(),), topics.HOLD_ENDED: (EndHold(),)}


def _held(uow: ReadUnit, work: Work, actor: Actor) -> DeliveryRow | None:
    row = store.find(uow, UUID(work.body["delivery_id"]), actor.scope)
    return row if row.status == DeliveryStatus.HELD_AT_POINT else None


def _was_invited_today(uow: UnitOfWork, row: DeliveryRow) -> bool:
    sent = store.invitations(uow.session, row.id)
    return bool(sent) and uow.now - sent[-1].invited_at < timedelta(hours=12)

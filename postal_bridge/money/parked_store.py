"""Queries of what providers told of, and of parked money. Never commits; scope as ever."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money.accounts import AccountKind
from postal_bridge.money.parked_tables import ParkedAnswer
from postal_bridge.money.store import MoneyStore, seen_by
from postal_bridge.money.tables import AccountRow, PaymentRow, ProviderEvent

TAKEN_BACK = "taken_back"
"""Why an event waits for a person: its provider took back what it had given."""


def visible(actor: Actor) -> ColumnElement[bool]:
    """The scope's own; what names no office is the operator's to look into."""
    own = seen_by(actor.scope, ProviderEvent)
    if Role.OPERATOR in actor.roles:
        return or_(own, ProviderEvent.unit_id.is_(None))
    return own


def parked_events(
    uow: ReadUnit, *, actor: Actor
) -> Sequence[tuple[ProviderEvent, PaymentRow | None]]:
    """Not answered yet, oldest first, each with the payment it named."""
    rows = uow.session.execute(
        select(ProviderEvent, PaymentRow)
        .outerjoin(PaymentRow, PaymentRow.id == ProviderEvent.payment_id)
        .outerjoin(ParkedAnswer, ParkedAnswer.event_id == ProviderEvent.id)
        .where(ProviderEvent.fate == "mismatch", ParkedAnswer.event_id.is_(None), visible(actor))
        .order_by(ProviderEvent.received_at, ProviderEvent.id)
    )
    return [(event, payment) for event, payment in rows]


def held_for(uow: ReadUnit, payment_id: UUID) -> Sequence[tuple[int, str | None, int | None]]:
    """(amount, answer, placed) of the money we hold that named this payment and did not fit.

    The answer is None while it waits for two people.
    """
    rows = uow.session.execute(
        select(ProviderEvent.amount, ParkedAnswer.answer, ParkedAnswer.placed_vnd)
        .outerjoin(ParkedAnswer, ParkedAnswer.event_id == ProviderEvent.id)
        .where(
            ProviderEvent.payment_id == payment_id,
            ProviderEvent.fate == "mismatch",
            ProviderEvent.entry_id.is_not(None),
        )
    )
    return [(amount, answer, placed_vnd) for amount, answer, placed_vnd in rows]


def parked_event(uow: ReadUnit, event_id: UUID, *, is_held: bool, actor: Actor) -> ProviderEvent:
    """A parked notice whose money was posted, or (not held) went to a foreign account."""
    row = uow.session.scalars(
        select(ProviderEvent).where(
            ProviderEvent.id == event_id,
            ProviderEvent.fate == "mismatch",
            ProviderEvent.entry_id.is_not(None) == is_held,
            visible(actor),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def charge_of(uow: ReadUnit, provider: str, reference: str, amount: int) -> ProviderEvent | None:
    """What the provider gave us under that reference, of just that amount; the first of several."""
    return uow.session.scalars(
        select(ProviderEvent)
        .where(
            ProviderEvent.provider == provider,
            ProviderEvent.reference == reference,
            ProviderEvent.amount == amount,
            ProviderEvent.entry_id.is_not(None),
        )
        .order_by(ProviderEvent.received_at, ProviderEvent.id)
        .limit(1)
    ).one_or_none()


def taken_back(uow: ReadUnit, payment_id: UUID) -> ProviderEvent | None:
    """The provider's word that the payment's money is gone again; the first of several."""
    return uow.session.scalars(
        select(ProviderEvent)
        .where(ProviderEvent.payment_id == payment_id, ProviderEvent.why == TAKEN_BACK)
        .order_by(ProviderEvent.received_at, ProviderEvent.id)
        .limit(1)
    ).one_or_none()


def told_between(
    uow: ReadUnit, provider: str, account_key: str, since: datetime, until: datetime
) -> Sequence[ProviderEvent]:
    """What a provider said happened in that time, by its own clock."""
    return uow.session.scalars(
        select(ProviderEvent)
        .where(
            ProviderEvent.provider == provider,
            ProviderEvent.account_key == account_key,
            ProviderEvent.occurred_at >= since,
            ProviderEvent.occurred_at < until,
            ProviderEvent.why.is_distinct_from(TAKEN_BACK),  # no charge of that day
        )
        .order_by(ProviderEvent.occurred_at, ProviderEvent.id)
    ).all()


def places_to_pay_out(uow: ReadUnit) -> Sequence[tuple[AccountRow, int]]:
    """Gateways and card terminals that have charged what our bank does not hold yet."""
    kinds = (AccountKind.GATEWAY, AccountKind.CARD)
    wanted = select(AccountRow).where(AccountRow.kind.in_(kinds)).order_by(AccountRow.code)
    store = MoneyStore(uow.session)
    held = [(row, store.balance_vnd(row.code)) for row in uow.session.scalars(wanted)]
    return [(row, vnd) for row, vnd in held if vnd > 0]


def payouts(uow: ReadUnit, *, most: int) -> Sequence[tuple[ParkedAnswer, int]]:
    """The latest pay-outs with the amount that came, the newest first."""
    rows = uow.session.execute(
        select(ParkedAnswer, ProviderEvent.amount)
        .join(ProviderEvent, ProviderEvent.id == ParkedAnswer.event_id)
        .where(ParkedAnswer.payout_of.is_not(None))
        .order_by(ParkedAnswer.at.desc(), ParkedAnswer.event_id)
        .limit(most)
    )
    return [(answer, amount) for answer, amount in rows]

"""A gateway or card terminal pays out what it charged: parked at the bank, known by two people.

What it keeps of that for itself is the post's expense, booked with the pay-out: its account here
then holds what it still owes. Nobody else bears it: what the citizen paid was paid in full.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.money import accounts, parked_store
from postal_bridge.money.accounts import Account, AccountKind, Posting
from postal_bridge.money.errors import AmountAboveHeld
from postal_bridge.money.ledger import EntryHead, post
from postal_bridge.money.parked import answer_of, keep_answer
from postal_bridge.money.store import MoneyStore
from postal_bridge.money.two_people import second_of

LATEST = 20


@dataclass(frozen=True, slots=True)
class TakePayout:
    """Attributes
    ----------
    place : the account's code, as the list names it
    words : of which day, by which list
    commission_vnd : what it kept for itself, by that list
    """

    event_id: UUID
    place: str
    words: str
    second_staff_id: UUID | None = None
    commission_vnd: int = 0


@dataclass(frozen=True, slots=True)
class PayoutTaken:
    """`collected_vnd`: what the citizens had paid there, of which so much was kept."""

    place: str
    paid_out_vnd: int
    commission_vnd: int
    words: str
    at: datetime

    @property
    def collected_vnd(self) -> int:
        return self.paid_out_vnd + self.commission_vnd


@dataclass(frozen=True, slots=True)
class PayoutPlace:
    """`owner`: the gateway's key or the office's id; `held_vnd` is not at our bank yet."""

    code: str
    kind: AccountKind
    owner: str
    held_vnd: int


def payout_places(uow: ReadUnit) -> tuple[PayoutPlace, ...]:
    return tuple(
        PayoutPlace(row.code, AccountKind(row.kind), row.code.partition(":")[2], held_vnd)
        for row, held_vnd in parked_store.places_to_pay_out(uow)
    )


def payouts_taken(uow: ReadUnit) -> tuple[PayoutTaken, ...]:
    """The latest pay-outs, the newest first."""
    return tuple(
        PayoutTaken(
            answer.payout_of or "", amount, answer.commission_vnd or 0, answer.words, answer.at
        )
        for answer, amount in parked_store.payouts(uow, most=LATEST)
    )


def take_payout(command: TakePayout, *, actor: Actor, once: Once[None], units: Units) -> bytes:
    """The money is at our bank and no longer at the gateway; what it kept is an expense.

    Raises
    ------
    AmountAboveHeld
        Both together are more than was charged there.
    SecondPersonNeeded, ReasonMissing, AlreadyAnswered, NotFound
    """
    return once.answer(lambda uow: _take(uow, command, actor), actor=actor, units=units)


def _take(uow: UnitOfWork, command: TakePayout, actor: Actor) -> None:
    second = second_of(command.words, command.second_staff_id, actor)
    event = parked_store.parked_event(uow, command.event_id, is_held=True, actor=actor)
    place = _place(uow, command.place)
    store = MoneyStore(uow.session)
    store.lock_account(place.code)
    if event.amount + command.commission_vnd > store.balance_vnd(place.code):
        raise AmountAboveHeld
    answer = answer_of(uow, event, "returned", command.words, second, actor)
    answer.payout_of, answer.commission_vnd = place.code, command.commission_vnd
    held = accounts.unidentified(event.account_key)
    head = EntryHead(
        f"remittance:{event.id}",
        "gateway_payout",
        reason=answer.words,
        second_person=second,
        cause=f"parked:{event.id}",
    )
    lines = [Posting(held, place, event.amount, "gateway_payout")]
    if command.commission_vnd:
        kept = accounts.commission(place)
        lines.append(Posting(kept, place, command.commission_vnd, "commission"))
    answer.entry_id = post(uow, head, lines, actor=actor)
    keep_answer(uow, answer, actor=actor)


def _place(uow: ReadUnit, code: str) -> Account:
    """Raises NotFound for what is no such account, or holds nothing."""
    for row, _ in parked_store.places_to_pay_out(uow):
        if row.code == code:
            kind, _, owner = code.partition(":")
            return Account(AccountKind(kind), owner, row.unit_id)
    raise NotFound

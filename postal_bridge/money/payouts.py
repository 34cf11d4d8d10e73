"""A gateway or card terminal pays out what it charged: parked at the bank, known by two people.

What it keeps as its own charge stays on its account here.
"""

from dataclasses import dataclass
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.money import accounts, parked_store
from postal_bridge.money.accounts import Account, AccountKind, Posting
from postal_bridge.money.errors import AmountAboveHeld
from postal_bridge.money.ledger import EntryHead, post
from postal_bridge.money.parked import answer_of, keep_answer, second_of
from postal_bridge.money.store import MoneyStore


@dataclass(frozen=True, slots=True)
class TakePayout:
    """`place`: the account's code, as the list names it; `words`: of which day, by which list."""

    event_id: UUID
    place: str
    words: str
    second_staff_id: UUID | None = None


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


def take_payout(command: TakePayout, *, actor: Actor, units: Units) -> None:
    """The money is at our bank and no longer at the gateway.

    Raises
    ------
    AmountAboveHeld
        It is more than was charged there.
    SecondPersonNeeded, ReasonMissing, AlreadyAnswered, NotFound
    """
    with units.write() as uow:
        _take(uow, command, actor)
        uow.commit()


def _take(uow: UnitOfWork, command: TakePayout, actor: Actor) -> None:
    second = second_of(command.words, command.second_staff_id, actor)
    event = parked_store.parked_event(uow, command.event_id, is_held=True, actor=actor)
    place = _place(uow, command.place)
    store = MoneyStore(uow.session)
    store.lock_account(place.code)
    if event.amount > store.balance_vnd(place.code):
        raise AmountAboveHeld
    answer = answer_of(uow, event, "returned", command.words, second, actor)
    answer.payout_of = place.code
    held = accounts.unidentified(event.account_key)
    head = EntryHead(
        f"remittance:{event.id}",
        "gateway_payout",
        reason=answer.words,
        second_person=second,
        cause=f"parked:{event.id}",
    )
    lines = [Posting(held, place, event.amount, "gateway_payout")]
    answer.entry_id = post(uow, head, lines, actor=actor)
    keep_answer(store, answer)


def _place(uow: ReadUnit, code: str) -> Account:
    """Raises NotFound for what is no such account, or holds nothing."""
    for row, _ in parked_store.places_to_pay_out(uow):
        if row.code == code:
            kind, _, owner = code.partition(":")
            return Account(AccountKind(kind), owner, row.unit_id)
    raise NotFound

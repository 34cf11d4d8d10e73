"""Money that came and fitted nothing: two people place it on its payment, or send it back.

Each parked notice is answered once. Placing asks for the whole amount of a payment that waits;
nothing is split and nothing is guessed.
"""

from dataclasses import dataclass
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.money import accounts, parked_store
from postal_bridge.money.accounts import Posting
from postal_bridge.money.errors import (
    AlreadyAnswered,
    AlreadySettled,
    AmountDiffers,
    ReasonMissing,
    SecondPersonNeeded,
)
from postal_bridge.money.ledger import EntryHead, post
from postal_bridge.money.online import UNPAID, place_of
from postal_bridge.money.parked_tables import ParkedAnswer
from postal_bridge.money.payments import credit
from postal_bridge.money.store import MoneyStore
from postal_bridge.money.tables import ProviderEvent


@dataclass(frozen=True, slots=True)
class PlaceParked:
    """`reference`: of the payment it was meant for, as the payer or the bank names it now."""

    event_id: UUID
    reference: str
    words: str
    second_staff_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReturnParked:
    """`words`: the number of the transfer back, or of the bank's order."""

    event_id: UUID
    words: str
    second_staff_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class HeldFor:
    """Money that named a payment and did not fit: still to be placed, and sent back."""

    waiting_vnd: int
    returned_vnd: int


def held_for_payment(uow: ReadUnit, payment_id: UUID, *, actor: Actor) -> HeldFor:
    """What its payer is told besides the status. Raises NotFound outside the scope."""
    MoneyStore(uow.session).payment(payment_id, actor.scope)
    held = parked_store.held_for(uow, payment_id)
    return HeldFor(
        waiting_vnd=sum(amount for amount, answer in held if answer is None),
        returned_vnd=sum(amount for amount, answer in held if answer == "returned"),
    )


def place_parked(command: PlaceParked, *, actor: Actor, units: Units) -> None:
    """The payment is paid with it. Raises AmountDiffers, AlreadySettled, AlreadyAnswered."""
    with units.write() as uow:
        place_on_payment(uow, command, actor=actor)
        uow.commit()


def return_parked(command: ReturnParked, *, actor: Actor, units: Units) -> None:
    """It is on its way back to where it came from. Raises AlreadyAnswered."""
    with units.write() as uow:
        send_back(uow, command, actor=actor)
        uow.commit()


def place_on_payment(uow: UnitOfWork, command: PlaceParked, *, actor: Actor) -> None:
    store = MoneyStore(uow.session)
    event = _event(uow, command.event_id, command.words, command.second_staff_id, actor)
    payment = store.lock_payment_by_reference(command.reference.strip().upper())
    if payment is None:
        raise NotFound
    store.payment(payment.id, actor.scope)  # inside the scope, or NotFound
    if payment.status not in UNPAID:
        raise AlreadySettled(quote_id=str(payment.quote_id))
    if payment.amount_vnd != event.amount:
        raise AmountDiffers(received_vnd=event.amount, quoted_vnd=payment.amount_vnd)
    answer = _answer(uow, event, "placed", command.words, command.second_staff_id, actor)
    answer.payment_id = payment.id
    payment.paid_by = None if event.provider == "bank" else event.provider
    answer.entry_id = credit(
        uow,
        payment,
        into=accounts.unidentified(event.account_key),
        kind="parked_placed",
        journal=f"dossier:{payment.dossier_id}",
        actor=actor,
        cause=f"parked:{event.id}",
    ).entry_id
    _keep(store, answer)


def send_back(uow: UnitOfWork, command: ReturnParked, *, actor: Actor) -> None:
    event = _event(uow, command.event_id, command.words, command.second_staff_id, actor)
    answer = _answer(uow, event, "returned", command.words, command.second_staff_id, actor)
    line = Posting(
        accounts.unidentified(event.account_key),
        place_of(event.provider, event.account_key),
        event.amount,
        "parked_returned",
    )
    head = EntryHead(
        f"remittance:{event.id}",
        "parked_returned",
        unit_id=event.unit_id,
        reason=answer.words,
        second_person=answer.second_person,
    )
    answer.entry_id = post(uow, head, [line], actor=actor)
    _keep(MoneyStore(uow.session), answer)


def _event(
    uow: UnitOfWork, event_id: UUID, words: str, second: UUID | None, actor: Actor
) -> ProviderEvent:
    """A parked notice whose money we hold. Raises SecondPersonNeeded, ReasonMissing, NotFound."""
    if second is None or str(second) == actor.id:
        raise SecondPersonNeeded
    if not words.strip():
        raise ReasonMissing
    return parked_store.held_event(uow, event_id, actor=actor)


def _answer(
    uow: UnitOfWork,
    event: ProviderEvent,
    answer: str,
    words: str,
    second: UUID | None,
    actor: Actor,
) -> ParkedAnswer:
    return ParkedAnswer(
        event_id=event.id,
        answer=answer,
        words=words.strip()[:200],
        second_person=f"staff:{second}",
        at=uow.now,
        actor=actor.ref,
    )


def _keep(store: MoneyStore, answer: ParkedAnswer) -> None:
    if not store.add_unless_twin(answer):
        raise AlreadyAnswered

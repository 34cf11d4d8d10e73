"""Money that came and fitted nothing: two people place it on its payment, or send it back.

Each parked notice is answered once. What came for one payment in several transfers is placed
together; what is left over goes back with the same words. Nothing is guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.said_rows import said_words
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.money import accounts, parked_store
from postal_bridge.money.accounts import Posting
from postal_bridge.money.errors import (
    AlreadyAnswered,
    AlreadySettled,
    AmountDiffers,
    FareCalledOff,
    ParkedApart,
)
from postal_bridge.money.fare_end_store import is_called_off
from postal_bridge.money.ledger import EntryHead, post
from postal_bridge.money.online import UNPAID, place_of
from postal_bridge.money.parked_tables import ParkedAnswer
from postal_bridge.money.payments import came_by, credit, move_payment
from postal_bridge.money.rules import PaymentAction, PaymentStatus
from postal_bridge.money.store import MoneyStore
from postal_bridge.money.tables import PaymentRow, ProviderEvent
from postal_bridge.money.two_people import second_of

ANSWER_SAID = (
    "event_id", "answer", "payment_id", "placed_vnd", "payout_of", "commission_vnd", "entry_id",
    "second_person",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlaceParked:
    """Attributes
    ----------
    reference : of the payment it was meant for, as the payer or the bank names it now
    words : on what grounds; where a part goes back, the number of that transfer too
    together : other parked notices that came for the same payment
    """

    event_id: UUID
    reference: str
    words: str
    second_staff_id: UUID | None = None
    together: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class ReturnParked:
    """`words`: the number of the transfer back, or of the bank's order."""

    event_id: UUID
    words: str
    second_staff_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NoteParked:
    """`words`: whom at the bank it was said to, or the number of that report."""

    event_id: UUID
    words: str
    second_staff_id: UUID | None = None


def place_parked(command: PlaceParked, *, actor: Actor, once: Once[None], units: Units) -> bytes:
    """The payment is paid with it, and what is over goes back.

    Raises
    ------
    AmountDiffers
        It is too little, or more notices than the payment needs.
    FareCalledOff
        Nobody owes it any more.
    AlreadySettled, AlreadyAnswered, ParkedApart, NotFound, SecondPersonNeeded, ReasonMissing
    """
    return once.answer(
        lambda uow: place_on_payment(uow, command, actor=actor), actor=actor, units=units
    )


def return_parked(command: ReturnParked, *, actor: Actor, once: Once[None], units: Units) -> bytes:
    """It is on its way back to where it came from. Raises AlreadyAnswered."""
    return once.answer(lambda uow: send_back(uow, command, actor=actor), actor=actor, units=units)


def note_parked(command: NoteParked, *, actor: Actor, once: Once[None], units: Units) -> bytes:
    """What is not ours to move was told to the bank, and waits no more. Raises AlreadyAnswered."""

    def act(uow: UnitOfWork) -> None:
        second = second_of(command.words, command.second_staff_id, actor)
        event = parked_store.parked_event(uow, command.event_id, is_held=False, actor=actor)
        answer = answer_of(uow, event, "returned", command.words, second, actor)
        keep_answer(uow, answer, actor=actor)

    return once.answer(act, actor=actor, units=units)


def place_on_payment(uow: UnitOfWork, command: PlaceParked, *, actor: Actor) -> None:
    second = second_of(command.words, command.second_staff_id, actor)
    wanted = dict.fromkeys((command.event_id, *command.together))
    events = [parked_store.parked_event(uow, one, is_held=True, actor=actor) for one in wanted]
    payment = _payment(uow, command.reference, actor)
    received_vnd = sum(event.amount for event in events)
    over_vnd = received_vnd - payment.amount_vnd
    if over_vnd < 0 or (len(events) > 1 and over_vnd >= min(event.amount for event in events)):
        raise AmountDiffers(received_vnd=received_vnd, quoted_vnd=payment.amount_vnd)
    first = events[0]
    if any(event.account_key != first.account_key for event in events):
        raise ParkedApart
    came_by(payment, first.provider)
    entry_id = credit(
        uow,
        payment,
        into=accounts.unidentified(first.account_key),
        kind="parked_placed",
        journal=f"dossier:{payment.dossier_id}",
        actor=actor,
        cause=f"parked:{first.id}",
    ).entry_id
    _keep_placed(uow, events, payment, entry_id, command.words, second, actor)
    if over_vnd:
        _post_back(uow, events[-1], over_vnd, command.words, second, actor)


def send_back(uow: UnitOfWork, command: ReturnParked, *, actor: Actor) -> None:
    second = second_of(command.words, command.second_staff_id, actor)
    event = parked_store.parked_event(uow, command.event_id, is_held=True, actor=actor)
    answer = answer_of(uow, event, "returned", command.words, second, actor)
    answer.entry_id = _post_back(uow, event, event.amount, command.words, second, actor)
    keep_answer(uow, answer, actor=actor)


def _payment(uow: UnitOfWork, reference: str, actor: Actor) -> PaymentRow:
    """The payment, locked; another of its quote that only waited gives way."""
    store = MoneyStore(uow.session)
    payment = store.lock_payment_by_reference(reference.strip().upper())
    if payment is None:
        raise NotFound
    store.payment(payment.id, actor.scope)  # inside the scope, or NotFound
    if payment.quote_id is not None and is_called_off(uow.session, payment.quote_id):
        raise FareCalledOff  # nobody owes it any more: the money goes back
    live = None
    if payment.quote_id is not None:
        live = store.live_payment_of_quote(payment.quote_id, lock=True)
    is_other_paid = live is not None and live.status == PaymentStatus.PAID
    if payment.status not in UNPAID or is_other_paid:
        raise AlreadySettled(quote_id=str(payment.quote_id))
    if live is not None and live.id != payment.id:
        move_payment(uow, live, PaymentAction.EXPIRE, actor=actor)
        uow.session.flush()
    return payment


def _keep_placed(
    uow: UnitOfWork,
    events: Sequence[ProviderEvent],
    payment: PaymentRow,
    entry_id: UUID | None,
    words: str,
    second: str,
    actor: Actor,
) -> None:
    """Each notice with its part of the payment; only the last one has something over."""
    left_vnd = payment.amount_vnd
    for event in events:
        answer = answer_of(uow, event, "placed", words, second, actor)
        answer.payment_id, answer.entry_id = payment.id, entry_id
        answer.placed_vnd = min(event.amount, left_vnd)
        left_vnd -= answer.placed_vnd
        keep_answer(uow, answer, actor=actor)


def _post_back(
    uow: UnitOfWork,
    event: ProviderEvent,
    amount_vnd: int,
    words: str,
    second: str,
    actor: Actor,
) -> UUID:
    held = accounts.unidentified(event.account_key)
    place = place_of(event.provider, event.account_key)
    head = EntryHead(
        f"remittance:{event.id}",
        "parked_returned",
        unit_id=event.unit_id,
        reason=words.strip()[:200],
        second_person=second,
    )
    return post(uow, head, [Posting(held, place, amount_vnd, "parked_returned")], actor=actor)


def answer_of(
    uow: UnitOfWork, event: ProviderEvent, answer: str, words: str, second: str, actor: Actor
) -> ParkedAnswer:
    return ParkedAnswer(
        event_id=event.id,
        answer=answer,
        words=words.strip()[:200],
        second_person=second,
        at=uow.now,
        actor=actor.ref,
    )


def keep_answer(uow: UnitOfWork, answer: ParkedAnswer, *, actor: Actor) -> None:
    """The event has its one answer, and its journal says which."""
    if not MoneyStore(uow.session).add_unless_twin(answer):
        raise AlreadyAnswered
    body = {name: getattr(answer, name) for name in ANSWER_SAID}
    body["words"] = said_words(answer.event_id, answer.words)
    journal = streams.journal_stream(f"remittance:{answer.event_id}")
    streams.append(uow, journal, "parked_answered", body, actor=actor)

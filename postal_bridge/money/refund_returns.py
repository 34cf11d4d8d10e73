"""A refund that the bank sent back: parked like any money, known again by two people. Use case."""

from dataclasses import dataclass
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.money import accounts, parked_store
from postal_bridge.money.parked import answer_of, keep_answer
from postal_bridge.money.refund_orders import come_back
from postal_bridge.money.two_people import second_of


@dataclass(frozen=True, slots=True)
class TakeRefundBack:
    """Attributes
    ----------
    reference : of the order that the bank sent back
    words : why, as the bank says
    """

    event_id: UUID
    reference: str
    words: str
    second_staff_id: UUID | None = None


def take_refund_back(
    command: TakeRefundBack, *, actor: Actor, once: Once[None], units: Units
) -> bytes:
    """It is owed to the citizen again, and another account can be asked for.

    Raises
    ------
    AmountDiffers, MoveNotOpen, SecondPersonNeeded, ReasonMissing, AlreadyAnswered, NotFound
    """
    return once.answer(lambda uow: _take(uow, command, actor), actor=actor, units=units)


def _take(uow: UnitOfWork, command: TakeRefundBack, actor: Actor) -> None:
    second = second_of(command.words, command.second_staff_id, actor)
    event = parked_store.parked_event(uow, command.event_id, is_held=True, actor=actor)
    answer = answer_of(uow, event, "returned", command.words, second, actor)
    held = accounts.unidentified(event.account_key)
    answer.entry_id = come_back(
        uow, command.reference, event.amount, held, command.words, second, actor=actor
    )
    keep_answer(uow, answer, actor=actor)

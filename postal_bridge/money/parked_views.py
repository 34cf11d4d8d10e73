"""Money that came and fitted nothing, as it is shown: to those who place it, and to its payer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money import parked_store
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.store import MoneyStore


@dataclass(frozen=True, slots=True)
class ParkedNotice:
    """Attributes
    ----------
    asked_vnd, status : of the payment it named, now; None where it named none
    is_held : our bank or gateway has the money; else it is not ours to move
    """

    event_id: UUID
    provider: str
    transaction: str
    amount: int
    currency: str
    reference: str | None
    payment_id: UUID | None
    why: str
    received_at: datetime
    is_held: bool = True
    asked_vnd: int | None = None
    status: PaymentStatus | None = None


@dataclass(frozen=True, slots=True)
class HeldFor:
    """Money that named a payment and did not fit: still to be placed, and sent back."""

    waiting_vnd: int
    returned_vnd: int


def parked_notices(uow: ReadUnit, *, actor: Actor) -> tuple[ParkedNotice, ...]:
    """Money that came and could not be placed, oldest first."""
    return tuple(
        ParkedNotice(
            event_id=row.id,
            provider=row.provider,
            transaction=row.provider_transaction,
            amount=row.amount,
            currency=row.currency,
            reference=row.reference,
            payment_id=row.payment_id,
            why=row.why or "",
            received_at=row.received_at,
            is_held=row.entry_id is not None,
            asked_vnd=None if payment is None else payment.amount_vnd,
            status=None if payment is None else PaymentStatus(payment.status),
        )
        for row, payment in parked_store.parked_events(uow, actor=actor)
    )


def held_for_payment(uow: ReadUnit, payment_id: UUID, *, actor: Actor) -> HeldFor:
    """What its payer is told besides the status. Raises NotFound outside the scope."""
    MoneyStore(uow.session).payment(payment_id, actor.scope)
    held = parked_store.held_for(uow, payment_id)
    return HeldFor(
        waiting_vnd=sum(amount for amount, answer, _ in held if answer is None),
        returned_vnd=sum(
            amount if answer == "returned" else amount - (placed_vnd or amount)
            for amount, answer, placed_vnd in held
            if answer is not None
        ),
    )

"""What the money room does when its own messages fall due."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.outbox import Policy, Work
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money.ports import PlatformGateway
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.service import (
    expire_payment,
    lapse_quote,
    payment_view,
    settle_notice,
)


class ExpirePayment:
    """A transfer that was asked for and did not come is over; late money still counts."""

    name = "money.expire_payment"
    policy = Policy(queue="calls", timeout_s=30)
    actor = Actor.job(name)

    def prepare(self, uow: ReadUnit, work: Work) -> UUID | None:
        """The payment, or None when it is no longer waiting."""
        payment = payment_view(uow, UUID(work.body["payment_id"]), actor=self.actor)
        return payment.id if payment.status is PaymentStatus.PENDING else None

    def call(self, order: UUID) -> UUID:
        return order

    def settle(self, uow: UnitOfWork, work: Work, result: Any) -> None:
        expire_payment(uow, result, actor=self.actor)


class LapseQuote:
    """A quote that nobody took up keeps no budget from others."""

    name = "money.lapse_quote"
    policy = Policy(queue="calls", timeout_s=30)
    actor = Actor.job(name)

    def prepare(self, uow: ReadUnit, work: Work) -> UUID | None:
        return UUID(work.body["quote_id"])

    def call(self, order: UUID) -> UUID:
        return order

    def settle(self, uow: UnitOfWork, work: Work, result: Any) -> None:
        lapse_quote(uow, result, actor=self.actor)


@dataclass(frozen=True, slots=True)
class Ordered:
    """What the platform knows a payment by."""

    reference: str
    asked_at: datetime


class AskNationalPlatform:
    """What the platform charged counts, also where its notice was lost.

    A payment that was made elsewhere meanwhile is asked for too: a second charge is the
    payer's money.
    """

    name = "money.ask_national_platform"
    policy = Policy(queue="calls", timeout_s=30, at_once=64)
    actor = Actor.job(name)

    def __init__(self, platform: PlatformGateway) -> None:
        self._platform = platform

    def prepare(self, uow: ReadUnit, work: Work) -> Ordered:
        payment = payment_view(uow, UUID(work.body["payment_id"]), actor=self.actor)
        return Ordered(payment.reference, payment.created_at)

    def call(self, order: Ordered) -> Any:
        return self._platform.charged(order.reference, order.asked_at)

    def settle(self, uow: UnitOfWork, work: Work, result: Any) -> None:
        if result is not None:
            settle_notice(uow, result, actor=self.actor)

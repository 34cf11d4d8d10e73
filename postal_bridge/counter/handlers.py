"""What the counter does when money that was asked for has come."""

from uuid import UUID

from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import clear, delivery_of_dossier
from postal_bridge.delivery.types import Clearance, DeliveryView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.outbox import Policy, Work
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork


class ClearPaidDelivery:
    """A delivery whose fare was paid by transfer may be packed."""

    name = "counter.clear_paid_delivery"
    policy = Policy(queue="calls", timeout_s=30, retry_after_s=(10, 60, 300))
    actor = Actor.job(name)

    def prepare(self, uow: ReadUnit, work: Work) -> UUID | None:
        """The delivery, or None where nothing waits for this money any more."""
        waiting = _waiting(uow, work)
        return waiting.id if waiting else None

    def call(self, order: UUID) -> UUID:
        return order

    def settle(self, uow: UnitOfWork, work: Work, result: UUID) -> None:
        if _waiting(uow, work) is not None:
            clear(uow, result, Clearance.PREPAID, actor=self.actor)


def _waiting(uow: ReadUnit, work: Work) -> DeliveryView | None:
    quote_id, dossier_id = work.body.get("quote_id"), work.body.get("dossier_id")
    delivery = delivery_of_dossier(uow, UUID(dossier_id)) if dossier_id and quote_id else None
    is_waiting = (
        delivery is not None
        and delivery.status is DeliveryStatus.QUOTED
        and str(delivery.quote_id) == quote_id
    )
    return delivery if is_waiting else None

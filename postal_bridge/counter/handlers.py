"""What the counter does when money that was asked for has come."""

from uuid import UUID

from postal_bridge.counter.fee_changes import go_on_if_paid
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import clear, delivery_of_dossier
from postal_bridge.delivery.types import Clearance
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.outbox import Policy, Work
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money.fee_changes import fee_changes_of


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


class ResumePaidDossier:
    """A dossier that waited for the rest of a fee goes on once the money is there."""

    name = "counter.resume_paid_dossier"
    policy = Policy(queue="calls", timeout_s=30, retry_after_s=(10, 60, 300))
    actor = Actor.job(name)

    def prepare(self, uow: ReadUnit, work: Work) -> UUID | None:
        """The dossier, or None where nothing waited for this payment."""
        dossier_id = UUID(work.body["dossier_id"])
        paid = UUID(work.body["payment_id"])
        is_rest = any(one.payment_id == paid for one in fee_changes_of(uow, dossier_id))
        return dossier_id if is_rest else None

    def call(self, order: UUID) -> UUID:
        return order

    def settle(self, uow: UnitOfWork, work: Work, result: UUID) -> None:
        go_on_if_paid(uow, result, actor=self.actor)


def _waiting(uow: ReadUnit, work: Work) -> DeliveryView | None:
    quote_id, dossier_id = work.body.get("quote_id"), work.body.get("dossier_id")
    delivery = delivery_of_dossier(uow, UUID(dossier_id)) if dossier_id and quote_id else None
    is_waiting = (
        delivery is not None
        and delivery.status is DeliveryStatus.QUOTED
        and str(delivery.quote_id) == quote_id
    )
    return delivery if is_waiting else None

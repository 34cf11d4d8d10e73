"""Messages of deliveries: written with their cause, read by whoever tells people."""

from datetime import datetime

from postal_bridge.delivery.tables import DeliveryRow
from postal_bridge.kernel.outbox import Message
from postal_bridge.kernel.unit_of_work import UnitOfWork


def tell(uow: UnitOfWork, topic: str, row: DeliveryRow, **more: str | int) -> None:
    """Whoever listens hears of it, in the order in which it happened to this delivery."""
    uow.outbox.add(Message(topic, _body(row, more), order_key=str(row.id)))


def remind(uow: UnitOfWork, topic: str, row: DeliveryRow, due_at: datetime) -> None:
    """The room hears of this delivery again at a business time."""
    uow.outbox.add(Message(topic, _body(row, {}), due_at=due_at))


def _body(row: DeliveryRow, more: dict[str, str | int]) -> dict[str, str | int]:
    return {"delivery_id": str(row.id), "dossier_id": str(row.dossier_id), **more}

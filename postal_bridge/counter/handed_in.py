"""What was just taken in at the counter: numbers and amounts, nothing of a person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.custody.service import items_of_dossier
from postal_bridge.custody.types import ItemKind
from postal_bridge.dossiers.service import dossier_view, due_of
from postal_bridge.dossiers.types import DossierView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.service import payments_of_dossier, receipts_of_payment


@dataclass(frozen=True, slots=True)
class HandedIn:
    """`item_numbers`: the labels to stick across the flaps; `paid_vnd`: what was taken."""

    dossier: DossierView
    item_numbers: tuple[str, ...]
    paid_vnd: int
    receipt_numbers: tuple[str, ...]
    due_at: datetime | None
    is_expected_only: bool


def handed_in(dossier_id: UUID, *, actor: Actor, units: Units) -> HandedIn:
    """The dossier with the labels and receipts that go with it. Raises NotFound."""
    with units.read() as uow:
        dossier = dossier_view(uow, dossier_id, actor.scope)
        paid = [p for p in payments_of_dossier(uow, dossier_id, actor=actor) if p.paid_at]
        receipts = [r for p in paid for r in receipts_of_payment(uow, p.id, actor=actor)]
        return HandedIn(
            dossier,
            tuple(
                item.number
                for item in items_of_dossier(uow, dossier_id)
                if item.kind is not ItemKind.RESULT_ENVELOPE  # that is the section's to label
            ),
            sum(payment.amount_vnd for payment in paid),
            tuple(receipt.number for receipt in receipts),
            *due_of(uow, dossier_id),
        )

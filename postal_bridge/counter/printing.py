"""The sheet a citizen takes home, printed from the record; each printing is itself a fact."""

from dataclasses import dataclass
from uuid import UUID

from postal_bridge.counter.holders import recorded_by
from postal_bridge.delivery.service import delivery_of_dossier
from postal_bridge.directory.rules import AcceptanceMode
from postal_bridge.dossiers.form_views import AppointmentView, MoneyLine, SlipMoney, SlipView
from postal_bridge.dossiers.printing import appointment_of, slip_of
from postal_bridge.dossiers.service import dossier_view
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.text import Language, Texts
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.money.accounts import Purse
from postal_bridge.money.service import (
    PaymentView,
    payments_of_dossier,
    receipts_of_payment,
)
from postal_bridge.people.service import mint_citizen_link, record_look

PRINTED = "dossier.slip_printed"
ACCEPTED = "dossier.accepted"


@dataclass(frozen=True, slots=True)
class Printed:
    """Everything on the sheet. `appointment`: form 01, in *seated* mode only."""

    slip: SlipView
    appointment: AppointmentView | None


def print_slip(
    dossier_id: UUID,
    *,
    follow_url: str,
    texts: Texts,
    language: Language,
    actor: Actor,
    units: Units,
) -> Printed:
    """The sheet as it is printed now, in the name of whoever accepted; a second print says so.

    The QR holds a link of its own, because the first one was shown once and is kept nowhere.

    Parameters
    ----------
    follow_url : where a citizen's link begins
    """
    with units.write() as uow:
        dossier = dossier_view(uow, dossier_id, actor.scope)
        if dossier.accepted_at is None:
            raise NotFound
        record_look(uow, dossier_id, actor=actor, reason="print_slip")
        stream = streams.dossier_stream(dossier_id)
        facts = streams.read(uow, stream)
        is_reprint = any(fact.kind == PRINTED for fact in facts)
        token = mint_citizen_link(uow, dossier_id)
        clerk = next(recorded_by(uow, fact) for fact in facts if fact.kind == ACCEPTED)
        slip = slip_of(
            uow,
            dossier_id,
            actor.scope,
            base_url=follow_url,
            token=token,
            money=_money(uow, dossier_id, texts, language, actor),
            clerk_name=clerk,
            is_reprint=is_reprint,
        )
        appointment = None
        if dossier.mode is AcceptanceMode.SEATED and dossier.due_at is not None:
            appointment = appointment_of(
                uow,
                dossier_id,
                actor.scope,
                base_url=follow_url,
                token=token,
                receiver_name=clerk,
                is_reprint=is_reprint,
            )
        streams.append(uow, stream, PRINTED, {"is_reprint": is_reprint}, actor=actor)
        uow.commit()
    return Printed(slip, appointment)


def _money(
    uow: ReadUnit, dossier_id: UUID, texts: Texts, language: Language, actor: Actor
) -> SlipMoney:
    """What was paid, or is still to be paid, with the numbers of the receipts."""
    everything = payments_of_dossier(uow, dossier_id, actor=actor)
    paid = [payment for payment in everything if payment.paid_at]
    fare, fees = _lines(paid or list(everything), texts, language)
    receipts = [r for p in paid for r in receipts_of_payment(uow, p.id, actor=actor)]
    numbers = {receipt.kind: receipt.number for receipt in receipts}
    delivery = delivery_of_dossier(uow, dossier_id)
    clearance = delivery.clearance.value if delivery and delivery.clearance else ""
    by_method = paid[0].method if paid else "cash"
    return SlipMoney(
        fare=fare,
        fees=fees,
        paid_by=clearance if clearance in ("at_door", "borne") else by_method,
        fare_receipt_no=numbers.get("fare"),
        fee_receipt_no=numbers.get("fee"),
    )


def _lines(
    payments: list[PaymentView], texts: Texts, language: Language
) -> tuple[tuple[MoneyLine, ...], tuple[MoneyLine, ...]]:
    """The post's revenue and the agency's money, never in one list (invariant M4)."""
    fare: list[MoneyLine] = []
    fees: list[MoneyLine] = []
    for due in (due for payment in payments for due in payment.dues):
        label = due.name or texts.render(f"due_{due.code}", {}, language)
        into = fees if due.purse is Purse.FEE else fare
        into.append(MoneyLine(label, due.amount_vnd))
    return tuple(fare), tuple(fees)

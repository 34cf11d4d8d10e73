"""Fares of which the citizen owes nothing: post, budget or a full relief bear them all."""

from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import UnitOfWork
from postal_bridge.money import accounts
from postal_bridge.money.dues import BUDGET
from postal_bridge.money.errors import AmountDiffers
from postal_bridge.money.payments import (
    Asked,
    PaymentView,
    credit,
    payment_view_of,
    request_payment,
)
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.store import MoneyStore


def settle_borne(uow: UnitOfWork, quote_id: UUID, *, actor: Actor) -> PaymentView:
    """What others bear of the quote is owed by them from now on; the citizen is asked for nothing.

    A quote that is settled already stays as it is.

    Raises
    ------
    AmountDiffers
        The citizen does owe a part.
    """
    store = MoneyStore(uow.session)
    quoted = store.quote(quote_id, actor.scope)
    if quoted.citizen_vnd:
        raise AmountDiffers(received_vnd=0, quoted_vnd=quoted.citizen_vnd)
    settled = store.live_payment_of_quote(quote_id, lock=True)
    if settled is not None and settled.status == PaymentStatus.PAID:
        return payment_view_of(settled)
    asked = Asked(quoted.dossier_id, quoted, (), None, "authority")
    payment = request_payment(uow, asked, actor=actor)
    credit(
        uow,
        payment,
        into=accounts.authority(BUDGET),
        kind="authority_payment",
        journal=f"dossier:{payment.dossier_id}",
        actor=actor,
    )
    return payment_view_of(payment)

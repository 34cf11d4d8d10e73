"""How a quote and an agency's fees are paid: at the counter, at the door, by an authority.

A payment by transfer is in `online`.
"""

from dataclasses import dataclass
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import UnitOfWork
from postal_bridge.money import accounts, drawer_store
from postal_bridge.money.dues import BUDGET, FeeDue
from postal_bridge.money.errors import AlreadySettled, AmountDiffers, DrawerNotOpen
from postal_bridge.money.payment_views import PaymentView, payment_view_of
from postal_bridge.money.payments import (
    BY_AGREEMENT,
    DOOR,
    Asked,
    ReceiptView,
    Standing,
    credit,
    quote_of_dossier,
    request_payment,
)
from postal_bridge.money.receiving_accounts import account_of_day
from postal_bridge.money.rules import DrawerStatus, PaymentStatus
from postal_bridge.money.store import MoneyStore
from postal_bridge.money.tables import PaymentRow, QuoteRow


@dataclass(frozen=True, slots=True)
class TakeAtCounter:
    """Money laid on the counter. `method`: "cash" or "card".

    `section_id` names whose fees they are; the quote's own when left out.
    """

    dossier_id: UUID
    quote_id: UUID | None
    agency_fees: tuple[FeeDue, ...]
    amount_vnd: int
    method: str = "cash"
    section_id: UUID | None = None


def take_at_counter(uow: UnitOfWork, taken: TakeAtCounter, *, actor: Actor) -> ReceiptView:
    """The money is in the clerk's drawer (or on the terminal), posted and receipted.

    Raises
    ------
    DrawerNotOpen
        The clerk has not opened a drawer, or has counted it.
    AmountDiffers
        Not the citizen's share of the quote plus the fees; nothing is posted.
    AlreadySettled, QuoteExpired, SectionMissing
    """
    store = MoneyStore(uow.session)
    drawer = drawer_store.working_drawer(store.session, actor.id, lock=True)
    if drawer is None or drawer.status != DrawerStatus.OPEN:
        raise DrawerNotOpen
    quoted = quote_of_dossier(uow, taken.quote_id, taken.dossier_id, actor)
    asked = Asked(taken.dossier_id, quoted, taken.agency_fees, taken.section_id, taken.method)
    payment = request_payment(uow, asked, actor=actor)
    _check_amount(payment, taken.amount_vnd)
    into = (
        accounts.card_terminal(drawer.unit_id)
        if taken.method == "card"
        else accounts.drawer_cash(drawer.id, drawer.unit_id)
    )
    return credit(
        uow, payment, into=into, kind="counter_payment", journal=f"shift:{drawer.id}", actor=actor
    )


def bear_by_authority(
    uow: UnitOfWork,
    quote_id: UUID,
    authority_key: str,
    *,
    standing: Standing = BY_AGREEMENT,
    actor: Actor,
) -> PaymentView:
    """An authority owes the citizen's share; the citizen pays nothing."""
    quoted = MoneyStore(uow.session).quote(quote_id, actor.scope)
    return _owed_by(uow, quoted, authority_key, standing, actor=actor)


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
    return _owed_by(uow, quoted, BUDGET, BY_AGREEMENT, actor=actor)


def due_at_door(uow: UnitOfWork, quote_id: UUID, *, actor: Actor) -> PaymentView:
    """The citizen's share waits for the courier; nothing is posted before it is in his hand.

    Where the citizen's share is nothing, it is settled at once.
    """
    quoted = MoneyStore(uow.session).quote(quote_id, actor.scope)
    shown = account_of_day(uow).key  # it may be paid by transfer, before the courier comes
    asked = Asked(quoted.dossier_id, quoted, (), None, DOOR, account_key=shown)
    payment = request_payment(uow, asked, actor=actor)
    if payment.amount_vnd == 0:
        nobody = accounts.courier_cash(actor.id, actor.unit_id)
        journal = f"dossier:{payment.dossier_id}"
        credit(uow, payment, into=nobody, kind="door_payment", journal=journal, actor=actor)
    return payment_view_of(payment)


def take_at_door(uow: UnitOfWork, quote_id: UUID, amount_vnd: int, *, actor: Actor) -> ReceiptView:
    """The courier holds the money. Raises AmountDiffers, AlreadySettled, NotFound."""
    store = MoneyStore(uow.session)
    payment = store.live_payment_of_quote(quote_id, lock=True)
    if payment is None:
        raise NotFound
    if payment.status == PaymentStatus.PAID:
        raise AlreadySettled(quote_id=str(quote_id))
    _check_amount(payment, amount_vnd)
    return credit(
        uow,
        payment,
        into=accounts.courier_cash(actor.id, actor.unit_id),
        kind="door_payment",
        journal=f"dossier:{payment.dossier_id}",
        actor=actor,
    )


def _owed_by(
    uow: UnitOfWork, quoted: QuoteRow, authority_key: str, standing: Standing, *, actor: Actor
) -> PaymentView:
    asked = Asked(quoted.dossier_id, quoted, (), None, "authority")
    payment = request_payment(uow, asked, actor=actor)
    credit(
        uow,
        payment,
        into=accounts.authority(authority_key),
        kind="authority_payment",
        journal=f"dossier:{payment.dossier_id}",
        actor=actor,
        standing=standing,
    )
    return payment_view_of(payment)


def _check_amount(payment: PaymentRow, received_vnd: int) -> None:
    if received_vnd != payment.amount_vnd:
        raise AmountDiffers(received_vnd=received_vnd, quoted_vnd=payment.amount_vnd)

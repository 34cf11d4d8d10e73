"""A payment of a dossier is given back by two people: the page, and the act. Use cases.

Amounts, numbers and times only: nobody's personal data is opened.
"""

from dataclasses import dataclass, field
from uuid import UUID

from postal_bridge.delivery.rules import TERMINAL, DeliveryStatus
from postal_bridge.delivery.service import delivery_of_dossier
from postal_bridge.dossiers.service import dossier_view
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import MoveNotOpen, NotFound
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.money.errors import SecondPersonNeeded
from postal_bridge.money.refund_accounts import GivenAccount, accounts_given
from postal_bridge.money.refund_debts import RefundDebt, refund_debts_of
from postal_bridge.money.refund_limit import refund_limit_vnd
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.service import (
    PaymentView,
    Reversal,
    fare_ends_of,
    payment_view,
    payments_of_dossier,
    refund_proposed,
    reverse_entry,
)
from postal_bridge.people.service import actor_of_staff

OVER = TERMINAL | {DeliveryStatus.HANDED_OVER}


@dataclass(frozen=True, slots=True)
class GiveBack:
    """`words`: why, without names; they stand in the ledger for ever.

    `terminal_slip`: of a card payment, the number on the terminal's slip of the void.
    """

    dossier_id: UUID
    payment_id: UUID
    words: str
    second_staff_id: UUID | None = field(default=None)
    terminal_slip: str = ""


@dataclass(frozen=True, slots=True)
class Refundable:
    """`proposed`: how far a proposal to the drawer's clerk has come; None where there is none.

    `is_called_off`: its fare was, with its delivery, and is fetched at a counter.
    `debt`: what of it goes back by transfer, and how far that has come.
    `given`: the account that the citizen has named for it himself.
    `can_be` : it is paid, and nothing has been proposed, called off or given back.
    """

    payment: PaymentView
    proposed: str | None
    is_called_off: bool
    debt: RefundDebt | None
    given: GivenAccount | None

    @property
    def can_be(self) -> bool:
        is_open = self.proposed in (None, "disputed") and not self.is_called_off
        return self.payment.status is PaymentStatus.PAID and is_open and self.payment.amount_vnd > 0


@dataclass(frozen=True, slots=True)
class RefundPage:
    """`is_delivery_on`: the delivery goes on although its fare would be given back."""

    dossier_id: UUID
    number: str
    procedure_vi: str
    procedure_en: str
    rows: tuple[Refundable, ...]
    is_delivery_on: bool
    limit_vnd: int


def refund_page(dossier_id: UUID, *, actor: Actor, units: Units) -> RefundPage:
    """Every payment of the dossier, and what can be given back. Raises NotFound."""
    with units.read() as uow:
        dossier = dossier_view(uow, dossier_id, actor.scope)
        delivery = delivery_of_dossier(uow, dossier_id)
        ended = {one.quote_id for one in fare_ends_of(uow, dossier_id, actor=actor)}
        debts = refund_debts_of(uow, dossier_id)
        given = accounts_given(uow, debts.values())
        return RefundPage(
            dossier_id=dossier_id,
            number=dossier.number_shown,
            procedure_vi=dossier.procedure_name_vi,
            procedure_en=dossier.procedure_name_en,
            rows=tuple(
                Refundable(
                    payment,
                    _proposed(uow, payment),
                    payment.quote_id in ended,
                    debts.get(payment.id),
                    given.get(payment.id),
                )
                for payment in payments_of_dossier(uow, dossier_id, actor=actor)
            ),
            is_delivery_on=delivery is not None and delivery.status not in OVER,
            limit_vnd=refund_limit_vnd(),
        )


def give_payment_back(
    command: GiveBack, *, actor: Actor, once: Once[Reversal], units: Units
) -> bytes:
    """The payment is given back, or that is proposed to the clerk whose drawer it touches.

    Raises
    ------
    SecondPersonNeeded, SupervisorNeeded, ReasonMissing, MoveNotOpen, NotFound
    AlreadyReversed, AlreadyRemitted, EntryNotReversible, DrawerNotOpen
    TerminalSlipMissing, TerminalSlipUsed
    """
    return once.answer(lambda uow: _give_back(uow, command, actor), actor=actor, units=units)


def _give_back(uow: UnitOfWork, command: GiveBack, actor: Actor) -> Reversal:
    payment = payment_view(uow, command.payment_id, actor=actor)
    if payment.dossier_id != command.dossier_id:
        raise NotFound
    if payment.status is not PaymentStatus.PAID or payment.entry_id is None:
        raise MoveNotOpen(machine="payment", status=payment.status.value, action="refund")
    second = None
    if command.second_staff_id is not None:
        second = actor_of_staff(uow, command.second_staff_id)
    if second is None:
        raise SecondPersonNeeded
    return reverse_entry(
        uow,
        payment.entry_id,
        command.words,
        actor=actor,
        second=second,
        terminal_slip=command.terminal_slip,
    )


def _proposed(uow: ReadUnit, payment: PaymentView) -> str | None:
    return None if payment.entry_id is None else refund_proposed(uow, payment.entry_id)

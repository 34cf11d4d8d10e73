"""A citizen names the account his money goes back to, and two people order it there. Use cases."""

from dataclasses import dataclass, field
from uuid import UUID

from postal_bridge.kernel.actor import Actor, ActorKind
from postal_bridge.kernel.errors import Conflict, Forbidden, MoveNotOpen
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.outbox import Message
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.money import refund_debts, refund_store
from postal_bridge.money.refund_accounts import (
    checked_account,
    given_accounts,
    keep_account,
    open_account,
)
from postal_bridge.money.refund_debts import RefundDebt
from postal_bridge.money.refund_orders import MAY_ORDER, locked_debt, place_order, withdraw_order
from postal_bridge.money.refund_rules import ACCOUNT_MAY_BE_GIVEN, RefundStatus
from postal_bridge.money.topics import REFUND_ACCOUNT_GIVEN


class RefundAccountChanged(Conflict):
    """The citizen has named another account since the page was opened."""

    code = "refund_account_changed"


@dataclass(frozen=True, slots=True)
class GiveRefundAccount:
    """`account_again`: the number typed a second time; `holder`: as the bank spells it."""

    payment_id: UUID
    bank_bin: str
    account: str = field(repr=False)
    account_again: str = field(repr=False)
    holder: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OrderToGiven:
    """`given_no`: which of the accounts that the citizen named the two people have seen."""

    dossier_id: UUID
    payment_id: UUID
    given_no: int
    second_staff_id: UUID | None = None


def give_refund_account(
    command: GiveRefundAccount, *, actor: Actor, once: Once[RefundDebt], units: Units
) -> bytes:
    """His money goes there once two people have signed; an order to another account is none.

    The citizen is told by a message of its own, so that nobody else does it unseen.

    Raises
    ------
    RefundAccountWrong, NotFound
    MoveNotOpen
        The bank has it already, or it has left.
    """
    dossier_id = actor.scope.dossier_id
    if actor.kind is not ActorKind.CITIZEN or dossier_id is None:
        raise Forbidden

    def act(uow: UnitOfWork) -> RefundDebt:
        given = checked_account(
            command.bank_bin, command.account, command.account_again, command.holder
        )
        row = locked_debt(uow, command.payment_id, dossier_id, actor)
        if RefundStatus(row.status) not in ACCOUNT_MAY_BE_GIVEN:
            raise MoveNotOpen(machine="refund", status=row.status, action="account")
        if row.status == RefundStatus.ORDERED:
            withdraw_order(uow, row, actor=actor)
        keep_account(uow, row, given, actor=actor)
        uow.outbox.add(Message(REFUND_ACCOUNT_GIVEN, {"dossier_id": str(dossier_id)}))
        return refund_debts.views(uow, [row])[0]

    return once.answer(act, actor=actor, units=units, about=lambda debt: debt.dossier_id)


def order_to_given(
    command: OrderToGiven, *, actor: Actor, once: Once[RefundDebt], units: Units
) -> bytes:
    """It goes to the account that the citizen named, with the next file for the bank.

    Raises
    ------
    SecondPersonNeeded, NotFound, MoveNotOpen
    RefundAccountChanged
        He has named another since, or the bank has refused this one.
    """
    if not actor.roles & MAY_ORDER:
        raise Forbidden

    def act(uow: UnitOfWork) -> RefundDebt:
        row = locked_debt(uow, command.payment_id, command.dossier_id, actor)
        given = given_accounts(uow, [row.payment_id]).get(row.payment_id)
        if given is None or given.no != command.given_no:
            raise RefundAccountChanged
        sealed = refund_store.newest_accounts(uow, [row.payment_id])[row.payment_id]
        place_order(uow, row, open_account(uow, sealed), command.second_staff_id, actor=actor)
        return refund_debts.views(uow, [row])[0]

    return once.answer(act, actor=actor, units=units, about=lambda debt: debt.dossier_id)

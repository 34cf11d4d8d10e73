"""A changed fee is settled: the rest paid at counter, by transfer or at the door; or given back.

State money stays apart (M4): the rest is a payment of its own with its own fee receipt, and what is
given back comes out of what is owed to the section, never out of fare.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money import accounts, drawer_store, receipt_store
from postal_bridge.money import fee_change_store as changes
from postal_bridge.money.accounts import Account, Posting
from postal_bridge.money.dues import FeeDue
from postal_bridge.money.errors import (
    AmountAboveHeld,
    AmountDiffers,
    DrawerNotOpen,
    FeePaidWithResult,
    RefundReferenceMissing,
    RefundReferenceUsed,
    SecondPersonNeeded,
    UnitMissing,
)
from postal_bridge.money.fee_change_rules import (
    FeeChangeAction,
    FeeChangeStatus,
    RefundWay,
    needs_second_person,
    next_status,
)
from postal_bridge.money.fee_change_tables import FeeChangeRow, FeeRefundRow
from postal_bridge.money.fee_changes import FeeRefundView, end_waiting_payment, refund_view
from postal_bridge.money.ledger import EntryHead, balance_vnd, post
from postal_bridge.money.online import OnlinePayment, RequestOnline, online_payment, request_online
from postal_bridge.money.payments import Asked, ReceiptView, credit, request_payment
from postal_bridge.money.receiving_accounts import account_of_day
from postal_bridge.money.rules import DrawerStatus
from postal_bridge.money.store import MoneyStore
from postal_bridge.money.ways_of_paying import TakeAtCounter, take_at_counter

SERIES = "HP"  # hoàn phí: a range of its own beside the receipts


@dataclass(frozen=True, slots=True)
class TakeMore:
    """`method`: "cash" or "card"."""

    change_id: UUID
    amount_vnd: int
    method: str = "cash"


@dataclass(frozen=True, slots=True)
class GiveBackFee:
    """`bank_reference`: of the transfer; cash comes out of the clerk's own drawer.

    `second_staff_id`: who stood by it, known by his own sign-in.
    """

    change_id: UUID
    way: RefundWay
    bank_reference: str | None = None
    second_staff_id: UUID | None = None


def take_more_at_counter(uow: UnitOfWork, taken: TakeMore, *, actor: Actor) -> ReceiptView:
    """The rest is in the clerk's drawer under a fee receipt of its own.

    Raises
    ------
    FeePaidWithResult, MoveNotOpen, DrawerNotOpen, AmountDiffers, NotFound
    """
    row = _locked(uow, taken.change_id, FeeChangeAction.PAY, actor)
    end_waiting_payment(uow, row, actor=actor)
    return _counter_payment(uow, [row], None, taken.amount_vnd, taken.method, actor)


def ask_more_online(uow: UnitOfWork, change_id: UUID, *, actor: Actor) -> OnlinePayment:
    """The rest can be paid by transfer; a payment that waits already is shown again."""
    row = _locked(uow, change_id, FeeChangeAction.PAY, actor)
    if row.payment_id is not None:
        before = online_payment(uow, row.payment_id, actor=actor)
        if before.is_payable:
            return before
    asked = RequestOnline(row.dossier_id, None, (_rest(row),), row.section_id, row.unit_id)
    payment = request_online(uow, asked, actor=actor)
    uow.session.flush()  # the payment's row stands before anything names it
    row.payment_id = payment.payment_id
    uow.session.flush()
    return payment


def fees_due_at_door(uow: UnitOfWork, dossier_id: UUID) -> int:
    """What is to be taken for the agency together with the result."""
    return sum(_rest(row).amount_vnd for row in changes.due_at_door(uow, dossier_id))


def take_fees_at_door(
    uow: UnitOfWork, dossier_id: UUID, amount_vnd: int, *, actor: Actor
) -> ReceiptView:
    """The courier holds the rest of the fees, apart from the fare. Raises AmountDiffers."""
    rows = changes.due_at_door(uow, dossier_id)
    asked = Asked(
        dossier_id, None, tuple(_rest(row) for row in rows), rows[0].section_id, "door",
        unit_id=rows[0].unit_id,
    ) if rows else None  # fmt: skip
    due_vnd = sum(_rest(row).amount_vnd for row in rows)
    if asked is None or due_vnd != amount_vnd:
        raise AmountDiffers(received_vnd=amount_vnd, quoted_vnd=due_vnd)
    for row in rows:
        end_waiting_payment(uow, row, actor=actor)
    payment = request_payment(uow, asked, actor=actor)
    uow.session.flush()
    for row in rows:
        row.payment_id = payment.id
    uow.session.flush()
    purse = accounts.courier_cash(actor.id, actor.unit_id)
    journal = f"dossier:{dossier_id}"
    return credit(uow, payment, into=purse, kind="door_payment", journal=journal, actor=actor)


def take_with_result(
    uow: UnitOfWork,
    dossier_id: UUID,
    quote_id: UUID | None,
    amount_vnd: int,
    *,
    section_id: UUID | None,
    actor: Actor,
) -> ReceiptView:
    """What was due at the door is paid at the counter where the result is collected instead.

    `quote_id` None where no fare is open.
    """
    rows = changes.due_at_door(uow, dossier_id)
    for row in rows:
        end_waiting_payment(uow, row, actor=actor)
    if rows:
        return _counter_payment(uow, rows, quote_id, amount_vnd, "cash", actor)
    taken = TakeAtCounter(dossier_id, quote_id, (), amount_vnd, section_id=section_id)
    return take_at_counter(uow, taken, actor=actor)


def give_back_fee(uow: UnitOfWork, command: GiveBackFee, *, actor: Actor) -> FeeRefundView:
    """The citizen has his money, and a slip that names the receipts it corrects.

    Raises
    ------
    SecondPersonNeeded
        More than one person may give back alone, or the same person twice.
    DrawerNotOpen, AmountAboveHeld, RefundReferenceMissing, RefundReferenceUsed
    MoveNotOpen, NotFound
    """
    row = _locked(uow, command.change_id, FeeChangeAction.GIVE_BACK, actor)
    amount_vnd = row.paid_vnd - row.new_vnd
    second = f"staff:{command.second_staff_id}" if command.second_staff_id else None
    if second == actor.ref or (second is None and needs_second_person(amount_vnd)):
        raise SecondPersonNeeded
    out_of, journal, unit_id = _paid_out_of(uow, command, amount_vnd, actor)
    head = EntryHead(
        journal, "fee_refund", unit_id=unit_id, section_id=row.section_id,
        dossier_id=row.dossier_id, reason=row.reason, second_person=second,
    )  # fmt: skip
    line = Posting(accounts.fee_payable(row.section_id), out_of, amount_vnd, row.fee_code)
    entry_id = post(uow, head, [line], actor=actor)
    on_day = local(uow.now).date()
    series, number = receipt_store.draw_receipt_number(uow, unit_id, SERIES, on_day)
    made = FeeRefundRow(
        id=new_id(),
        change_id=row.id,
        dossier_id=row.dossier_id,
        unit_id=unit_id,
        section_id=row.section_id,
        series=series,
        number=number,
        amount_vnd=amount_vnd,
        way=command.way,
        bank_reference=command.bank_reference,
        entry_id=entry_id,
        issued_at=uow.now,
        issued_on=on_day,
        actor=actor.ref,
        second_person=second,
    )
    uow.session.add(made)
    changes.move(uow, row, FeeChangeAction.GIVE_BACK)
    return refund_view(made)


def fee_refund(uow: ReadUnit, refund_id: UUID, *, actor: Actor) -> FeeRefundView:
    """Raises NotFound outside the actor's scope."""
    return refund_view(changes.refund(uow, refund_id, actor.scope))


def _locked(
    uow: UnitOfWork, change_id: UUID, action: FeeChangeAction, actor: Actor
) -> FeeChangeRow:
    """The change, if this may happen to it now: what was replaced is not asked for any more."""
    row = changes.change(uow, change_id, actor.scope, lock=True)
    status = FeeChangeStatus(row.status)
    if status is FeeChangeStatus.REPLACED:
        action = FeeChangeAction.REPLACE  # no row: refused
    next_status(status, action)
    if action is FeeChangeAction.PAY and row.at_door:
        raise FeePaidWithResult
    return row


def _rest(row: FeeChangeRow) -> FeeDue:
    return FeeDue(row.fee_code, row.fee_name, row.fee_kind, row.new_vnd - row.paid_vnd)


def _counter_payment(
    uow: UnitOfWork,
    rows: Sequence[FeeChangeRow],
    quote_id: UUID | None,
    amount_vnd: int,
    method: str,
    actor: Actor,
) -> ReceiptView:
    fees = tuple(_rest(row) for row in rows)
    first = rows[0]
    taken = TakeAtCounter(first.dossier_id, quote_id, fees, amount_vnd, method, first.section_id)
    receipt = take_at_counter(uow, taken, actor=actor)
    for row in rows:
        row.payment_id = receipt.payment_id
        changes.move(uow, row, FeeChangeAction.PAY)
    return receipt


def _paid_out_of(
    uow: UnitOfWork, command: GiveBackFee, amount_vnd: int, actor: Actor
) -> tuple[Account, str, UUID]:
    """The place of money, the journal it is said in, and the office that answers for it."""
    if command.way is RefundWay.TRANSFER:
        if not command.bank_reference:
            raise RefundReferenceMissing
        if actor.unit_id is None:
            raise UnitMissing
        bank = accounts.bank(account_of_day(uow).key)
        MoneyStore(uow.session).lock_account(bank.code)  # two that type one number queue
        if changes.refund_by_transfer(uow, command.bank_reference) is not None:
            raise RefundReferenceUsed(reference=command.bank_reference)
        return bank, f"remittance:{command.change_id}", actor.unit_id
    drawer = drawer_store.working_drawer(uow.session, actor.id, lock=True)
    if drawer is None or drawer.status != DrawerStatus.OPEN:
        raise DrawerNotOpen
    cash = accounts.drawer_cash(drawer.id, drawer.unit_id)
    held_vnd = balance_vnd(uow, cash)
    if held_vnd < amount_vnd:
        raise AmountAboveHeld(amount_vnd=amount_vnd, held_vnd=held_vnd)
    return cash, f"shift:{drawer.id}", drawer.unit_id

"""Orders to the bank to send money back: made by two people, filed once, closed by its statement.

The citizen gives the account; it is sealed under the dossier's key and read for the file alone.
Every order has a reference of its own, and the bank's debit that names it closes it.
"""

import re
from dataclasses import dataclass, field
from uuid import UUID

from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.errors import Forbidden, MoveNotOpen, NotFound
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.said_rows import said_words
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.money import accounts, refund_debts, refund_store
from postal_bridge.money.accounts import Account, Posting
from postal_bridge.money.errors import AmountDiffers, SecondPersonNeeded
from postal_bridge.money.ledger import EntryHead, post
from postal_bridge.money.payments import new_reference
from postal_bridge.money.receiving_accounts import is_ours
from postal_bridge.money.refund_accounts import BankAccount, checked_account
from postal_bridge.money.refund_debts import RefundDebt
from postal_bridge.money.refund_rules import RefundAction
from postal_bridge.money.refund_tables import RefundDebtRow, RefundOrderRow, RefundStepRow
from postal_bridge.money.two_people import second_of
from postal_bridge.people.rules import Power, check_may

ABOUT = "refund"
LEFT, CAME_BACK = "refund_left", "refund_came_back"
MAY_ORDER = frozenset({Role.CLERK, Role.SUPERVISOR})
_REFERENCE = re.compile(r"HT[0-9A-HJKMNP-TV-Z]{12}(?![0-9A-Z])")


@dataclass(frozen=True, slots=True)
class OrderRefund:
    """Attributes
    ----------
    account_again : the number typed a second time
    holder : as the bank spells it; diacritics are taken off
    """

    dossier_id: UUID
    payment_id: UUID
    bank_bin: str
    account: str = field(repr=False)
    account_again: str = field(repr=False)
    holder: str = field(repr=False)
    second_staff_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class WithdrawRefund:
    dossier_id: UUID
    payment_id: UUID


@dataclass(frozen=True, slots=True)
class RefuseRefund:
    """`words`: what the bank said, and in which message."""

    payment_id: UUID
    words: str
    second_staff_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class BankDebit:
    """One line of the bank's statement that took money away. `amount_vnd` > 0."""

    account_key: str
    transaction: str
    amount_vnd: int
    reference: str


def order_refund(
    command: OrderRefund, *, actor: Actor, once: Once[RefundDebt], units: Units
) -> bytes:
    """It goes to this account with the next file for the bank.

    Raises
    ------
    RefundAccountWrong, SecondPersonNeeded, NotFound
    MoveNotOpen
        It is ordered already, or has left.
    """
    if not actor.roles & MAY_ORDER:
        raise Forbidden
    return once.answer(
        lambda uow: _order(uow, command, actor),
        actor=actor,
        units=units,
        about=lambda debt: debt.dossier_id,
    )


def withdraw_refund(
    command: WithdrawRefund, *, actor: Actor, once: Once[RefundDebt], units: Units
) -> bytes:
    """The order is none any more, so that another account can be given. Raises MoveNotOpen."""
    if not actor.roles & MAY_ORDER:
        raise Forbidden

    def act(uow: UnitOfWork) -> RefundDebt:
        row = locked_debt(uow, command.payment_id, command.dossier_id, actor)
        withdraw_order(uow, row, actor=actor)
        return refund_debts.views(uow, [row])[0]

    return once.answer(act, actor=actor, units=units, about=lambda debt: debt.dossier_id)


def refuse_refund(
    command: RefuseRefund, *, actor: Actor, once: Once[RefundDebt], units: Units
) -> bytes:
    """The bank has refused what we sent: it is owed again.

    Raises MoveNotOpen, SecondPersonNeeded, ReasonMissing, NotFound.
    """
    check_may(actor, Power.OPERATE)

    def act(uow: UnitOfWork) -> RefundDebt:
        second = second_of(command.words, command.second_staff_id, actor)
        row = refund_store.debt(uow, command.payment_id, actor.scope, lock=True)
        _step(uow, row, RefundAction.REFUSE, actor=actor, words=command.words, second=second)
        return refund_debts.views(uow, [row])[0]

    return once.answer(act, actor=actor, units=units)


def close_by_debit(uow: UnitOfWork, debit: BankDebit, *, actor: Actor) -> bool:
    """The bank's statement says that it left; False where that was known.

    Raises
    ------
    NotFound
        No such order, or no account of ours.
    AmountDiffers
    MoveNotOpen
        It was paid by another line, or never sent to the bank.
    """
    order = refund_store.order_by_reference(uow, debit.reference)
    if order is None or not is_ours(uow, debit.account_key):
        raise NotFound
    row = refund_store.debt(uow, order.payment_id, actor.scope, lock=True)
    before = refund_store.step(uow, order.id, RefundAction.PAY)
    if before is not None and before.bank_transaction == debit.transaction:
        return False
    newest = refund_store.orders_of(uow, [row.payment_id])[row.payment_id]
    if before is not None or newest.id != order.id:
        raise MoveNotOpen(machine="refund", status=row.status, action=RefundAction.PAY.value)
    if debit.amount_vnd != order.amount_vnd:
        raise AmountDiffers(received_vnd=debit.amount_vnd, quoted_vnd=order.amount_vnd)
    pay_order(uow, row, order, debit, actor=actor)
    return True


def pay_order(
    uow: UnitOfWork,
    row: RefundDebtRow,
    order: RefundOrderRow,
    debit: BankDebit,
    words: str | None = None,
    second: str | None = None,
    *,
    actor: Actor,
) -> None:
    """It left the bank with this line. `words`, `second`: where two people found the line."""
    out_of = accounts.bank(debit.account_key)
    left = Posting(_owed(row), out_of, order.amount_vnd, ABOUT)
    entry_id = _post(uow, row, order, LEFT, left, actor, second)
    _step(
        uow, row, RefundAction.PAY, actor=actor, words=words, second=second,
        transaction=debit.transaction, entry_id=entry_id,
    )  # fmt: skip


def come_back(
    uow: UnitOfWork, reference: str, amount_vnd: int, held: Account, words: str, second: str,
    *, actor: Actor,
) -> UUID:  # fmt: skip
    """What lay unplaced is an order that the bank sent back: it is owed again; the entry's id.

    Raises NotFound, AmountDiffers, MoveNotOpen.
    """
    order = refund_store.order_by_reference(uow, reference.strip().upper())
    if order is None:
        raise NotFound
    row = refund_store.debt(uow, order.payment_id, actor.scope, lock=True)
    if amount_vnd != order.amount_vnd:
        raise AmountDiffers(received_vnd=amount_vnd, quoted_vnd=order.amount_vnd)
    back = Posting(held, _owed(row), amount_vnd, ABOUT)
    entry_id = _post(uow, row, order, CAME_BACK, back, actor, second)
    _step(
        uow, row, RefundAction.COME_BACK, actor=actor, words=words, second=second,
        entry_id=entry_id,
    )  # fmt: skip
    return entry_id


def find_order_reference(note: str) -> str | None:
    """An order's reference inside a bank's note; None when there is none or more than one."""
    found = set(_REFERENCE.findall(re.sub(r"[^0-9A-Z]", " ", note.upper())))
    return found.pop() if len(found) == 1 else None


def place_order(
    uow: UnitOfWork,
    row: RefundDebtRow,
    to: BankAccount,
    second_staff_id: UUID | None,
    *,
    actor: Actor,
) -> None:
    """Two people have ordered it there. Raises SecondPersonNeeded, MoveNotOpen."""
    if second_staff_id is None or str(second_staff_id) == actor.id:
        raise SecondPersonNeeded
    refund_debts.move(uow, row, RefundAction.ORDER)
    before = refund_store.orders_of(uow, [row.payment_id]).get(row.payment_id)
    order_id = new_id()
    vault, of = uow.vault, row.dossier_id
    order = RefundOrderRow(
        id=order_id,
        payment_id=row.payment_id,
        no=1 if before is None else before.no + 1,
        reference="HT" + new_reference()[2:],
        dossier_id=of,
        amount_vnd=row.amount_vnd,
        bank_bin=to.bank_bin,
        account=vault.seal(of, to.account.encode(), place=place_of("account", order_id)),
        holder=vault.seal(of, to.holder.encode(), place=place_of("holder", order_id)),
        at=uow.now,
        actor=actor.ref,
        second_person=f"staff:{second_staff_id}",
    )
    uow.session.add(order)
    uow.session.flush()
    said = {
        "order_id": str(order_id), "reference": order.reference, "amount_vnd": order.amount_vnd,
        "second_person": order.second_person, "bank_bin": order.bank_bin,
    }  # fmt: skip
    refund_debts.say(uow, row, RefundAction.ORDER, said, actor)


def withdraw_order(uow: UnitOfWork, row: RefundDebtRow, *, actor: Actor) -> None:
    """The order is none any more. Raises MoveNotOpen."""
    _step(uow, row, RefundAction.WITHDRAW, actor=actor)


def locked_debt(uow: UnitOfWork, payment_id: UUID, dossier_id: UUID, actor: Actor) -> RefundDebtRow:
    """Raises NotFound outside the scope, or of another dossier."""
    row = refund_store.debt(uow, payment_id, actor.scope, lock=True)
    if row.dossier_id != dossier_id:
        raise NotFound
    return row


def _order(uow: UnitOfWork, command: OrderRefund, actor: Actor) -> RefundDebt:
    to = checked_account(command.bank_bin, command.account, command.account_again, command.holder)
    row = locked_debt(uow, command.payment_id, command.dossier_id, actor)
    place_order(uow, row, to, command.second_staff_id, actor=actor)
    return refund_debts.views(uow, [row])[0]


def place_of(name: str, order_id: UUID) -> str:
    """What the sealed account and holder of an order are bound to."""
    return f"refund_orders.{name}:{order_id}"


def _step(
    uow: UnitOfWork,
    row: RefundDebtRow,
    action: RefundAction,
    *,
    actor: Actor,
    words: str | None = None,
    second: str | None = None,
    transaction: str | None = None,
    entry_id: UUID | None = None,
    file_id: UUID | None = None,
) -> None:
    """The debt moves, and what moved it stands beside its order and in the journal."""
    refund_debts.move(uow, row, action)
    order = refund_store.orders_of(uow, [row.payment_id])[row.payment_id]
    made = RefundStepRow(
        order_id=order.id,
        kind=action.value,
        file_id=file_id,
        bank_transaction=transaction,
        entry_id=entry_id,
        words=None if words is None else words.strip()[:200],
        second_person=second,
        at=uow.now,
        actor=actor.ref,
    )
    uow.session.add(made)
    uow.session.flush()
    said = {
        "order_id": str(order.id), "entry_id": None if entry_id is None else str(entry_id),
        "second_person": second, "words": said_words(order.id, made.words),
    }  # fmt: skip
    if transaction is not None:
        said["bank_transaction"] = transaction
    refund_debts.say(uow, row, action, said, actor)


def send(uow: UnitOfWork, row: RefundDebtRow, file_id: UUID, *, actor: Actor) -> None:
    """Its order stands in this file and in no other."""
    _step(uow, row, RefundAction.SEND, actor=actor, file_id=file_id)


def _post(
    uow: UnitOfWork,
    row: RefundDebtRow,
    order: RefundOrderRow,
    kind: str,
    line: Posting,
    actor: Actor,
    second: str | None,
) -> UUID:
    head = EntryHead(
        journal=f"dossier:{row.dossier_id}",
        kind=kind,
        unit_id=row.unit_id,
        section_id=row.section_id,
        dossier_id=row.dossier_id,
        cause=f"refund:{order.reference}",
        second_person=second,
    )
    return post(uow, head, [line], actor=actor)


def _owed(row: RefundDebtRow) -> Account:
    return accounts.refund_owed(row.payment_id, row.unit_id)

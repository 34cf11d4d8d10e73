"""A bank that books a whole file of refunds as one line: that line closes its orders one by one.

A line that names the file closes it. One that names nothing of ours, although its amount is what
a file still waits for and its day is near, is a question for two people with the statement in
their hands: other money leaves the bank too, and a citizen is not told "paid" on a guess.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import MoveNotOpen, NotFound
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.money import refund_store
from postal_bridge.money.errors import AmountDiffers
from postal_bridge.money.receiving_accounts import account_numbered, is_ours
from postal_bridge.money.refund_orders import BankDebit, pay_order
from postal_bridge.money.refund_rules import RefundAction, RefundStatus
from postal_bridge.money.refund_tables import RefundFileRow, RefundOrderRow
from postal_bridge.money.two_people import second_of
from postal_bridge.people.rules import Power, check_may

NEAR_DAYS = 5
"""How long after a file its line may stand in the statement. Ours: weekends and a holiday."""
_REFERENCE = re.compile(r"(?<![0-9A-Z])HTTEP(\d{5,8})(?![0-9A-Z])")


@dataclass(frozen=True, slots=True)
class BookFile:
    """Two people have found a file's line, which names nothing, in the bank's statement.

    Attributes
    ----------
    transaction : the bank's own number of that line
    account : of ours, that it was taken from
    amount_vnd : as the line says
    words : of which statement, of which day
    """

    file_id: UUID
    transaction: str
    account: str
    amount_vnd: int
    words: str
    second_staff_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class FileClosed:
    number: int
    orders: int
    amount_vnd: int


def file_reference(number: int) -> str:
    """What stands in the bank's statement when the whole file is one line."""
    return f"HTTEP{number:05d}"


def find_file_number(note: str) -> int | None:
    """The file that a bank's note names; None when it names none or more than one."""
    found = set(_REFERENCE.findall(re.sub(r"[^0-9A-Z]", " ", note.upper())))
    return int(found.pop()) if len(found) == 1 else None


def close_file_by_debit(uow: UnitOfWork, number: int, debit: BankDebit, *, actor: Actor) -> bool:
    """Everything of the file that still waited has left; False where that was known.

    Raises
    ------
    NotFound
        No such file, or no account of ours.
    AmountDiffers
        Another sum than the file still waits for.
    MoveNotOpen
        Nothing of it waits any more.
    """
    file = refund_store.file_by_number(uow, number)
    return bool(_close(uow, file, debit, actor, None, None))


def days_of_files(uow: ReadUnit, amount_vnd: int) -> tuple[date, ...]:
    """When the files were made that wait for just this sum."""
    waiting = refund_store.waiting_files(uow)
    return tuple(local(file.at).date() for file, _, left_vnd in waiting if left_vnd == amount_vnd)


def is_near(day: date, made: date) -> bool:
    """A line of this day may be of a file that was made on that one."""
    return made <= day <= made + timedelta(days=NEAR_DAYS)


def was_booked(uow: ReadUnit, transaction: str) -> bool:
    """Two people have said, or the line itself, which file this transaction was."""
    return refund_store.is_paid_by(uow, transaction)


def book_file(command: BookFile, *, actor: Actor, once: Once[FileClosed], units: Units) -> bytes:
    """The file's orders are closed by the line that two people have found.

    Raises
    ------
    SecondPersonNeeded, ReasonMissing, NotFound, AmountDiffers, MoveNotOpen
    """
    check_may(actor, Power.OPERATE)

    def act(uow: UnitOfWork) -> FileClosed:
        second = second_of(command.words, command.second_staff_id, actor)
        file = refund_store.file(uow, command.file_id)
        key = account_numbered(uow, command.account).key
        debit = BankDebit(key, command.transaction, command.amount_vnd, file_reference(file.number))
        closed = _close(uow, file, debit, actor, command.words, second)
        return FileClosed(file.number, closed, command.amount_vnd)

    return once.answer(act, actor=actor, units=units)


def _close(
    uow: UnitOfWork,
    file: RefundFileRow,
    debit: BankDebit,
    actor: Actor,
    words: str | None,
    second: str | None,
) -> int:
    if not is_ours(uow, debit.account_key):
        raise NotFound
    orders = refund_store.orders_in_file(uow, file.id)
    debts = refund_store.lock_debts(uow, [order.payment_id for order in orders])
    waiting = refund_store.waiting_orders(uow, file.id)
    _check(uow, file, waiting, debit)
    for order in waiting:
        pay_order(uow, debts[order.payment_id], order, debit, words, second, actor=actor)
    return len(waiting)


def _check(
    uow: UnitOfWork, file: RefundFileRow, waiting: Sequence[RefundOrderRow], debit: BankDebit
) -> None:
    """Nothing where the same line is told again; raises where it does not fit."""
    left = sum(order.amount_vnd for order in waiting)
    if not waiting:
        paid = refund_store.paid_in_file(uow, file.id, debit.transaction)
        if not paid:
            action = RefundAction.PAY.value
            raise MoveNotOpen(machine="refund", status=RefundStatus.PAID.value, action=action)
        left = paid
    if debit.amount_vnd != left:
        raise AmountDiffers(received_vnd=debit.amount_vnd, quoted_vnd=left)

"""A courier's cash paid in at the bank, and the day list of an agency's fees (M8).

The day list holds one row per dossier: what its receipts say, whether the agency counted it in,
what was remitted for it. Where the three differ, the row says so; nothing is summed away.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money import accounts, fee_change_store, receipt_store
from postal_bridge.money.courier_cash import check_nothing_on_counter, postings_of_cash
from postal_bridge.money.errors import (
    AmountAboveHeld,
    UnitMissing,
)
from postal_bridge.money.ledger import EntryHead, balance_vnd, post
from postal_bridge.money.receipt_tables import ReceiptRow, RemittanceRow
from postal_bridge.money.receiving_accounts import account_of_day
from postal_bridge.money.remittance_views import RemittanceView, check_new_slip, remittance_from
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.store import MoneyStore


@dataclass(frozen=True, slots=True)
class BankCourierCash:
    amount_vnd: int
    bank_reference: str


@dataclass(frozen=True, slots=True)
class DayListRow:
    """One dossier. `differs`: receipts, counting in and remittance do not tell the same."""

    dossier_id: UUID
    receipt_numbers: tuple[str, ...]
    received_vnd: int
    is_counted_in: bool
    remitted_vnd: int

    @property
    def differs(self) -> bool:
        return not self.is_counted_in or self.received_vnd != self.remitted_vnd


def bank_cash(uow: UnitOfWork, command: BankCourierCash, *, actor: Actor) -> RemittanceView:
    """The courier's cash is at the bank.

    Raises
    ------
    AmountAboveHeld, CashOnCounter, UnitMissing
        It is not his to bank, or no office answers for it.
    BankSlipMissing, BankSlipUsed
        No slip is named, or one that a banking of the office was entered by.
    """
    if actor.unit_id is None:
        raise UnitMissing
    store, cash = MoneyStore(uow.session), accounts.courier_cash(actor.id, actor.unit_id)
    into = accounts.bank(account_of_day(uow).key)
    for account in (cash, into):  # two who type one slip queue at the bank
        store.lock_account(account.code)
    check_nothing_on_counter(uow, actor.id)
    check_new_slip(uow, "courier_cash", actor.unit_id, command.bank_reference)
    held_vnd = balance_vnd(uow, cash)
    if not 0 < command.amount_vnd <= held_vnd:
        raise AmountAboveHeld(amount_vnd=command.amount_vnd, held_vnd=held_vnd)
    row = RemittanceRow(
        id=new_id(),
        kind="courier_cash",
        unit_id=actor.unit_id,
        courier=actor.id,
        on_day=local(uow.now).date(),
        amount_vnd=command.amount_vnd,
        bank_reference=command.bank_reference,
        at=uow.now,
        actor=actor.ref,
    )
    lines = postings_of_cash(uow, cash, into, command.amount_vnd)
    head = EntryHead(f"remittance:{row.id}", "courier_cash_banked", unit_id=actor.unit_id)
    row.entry_id = post(uow, head, lines, actor=actor)
    store.add(row)
    return remittance_from(row, 0, held_vnd - command.amount_vnd)


def fee_day_list(
    uow: ReadUnit,
    section_id: UUID,
    day: date,
    *,
    counted_in: Collection[UUID],
    actor: Actor,
) -> tuple[DayListRow, ...]:
    """Receipts of the day = dossiers counted in = money remitted, dossier by dossier.

    `counted_in` are the dossiers that the section says it received. A dossier without a fee
    receipt or refund of that day has no money to compare and is not listed; what was given
    back counts below zero.
    """
    rows: dict[UUID, DayListRow] = {}
    found = receipt_store.fee_receipts(
        uow.session, section_id, actor.scope, ReceiptRow.issued_on == day
    )
    for receipt, status, item in found:
        received_vnd = 0 if status == PaymentStatus.REFUNDED else receipt.total_vnd
        before = rows.get(receipt.dossier_id)
        rows[receipt.dossier_id] = DayListRow(
            dossier_id=receipt.dossier_id,
            receipt_numbers=(
                *(before.receipt_numbers if before else ()),
                f"{receipt.series}-{receipt.number:07d}",
            ),
            received_vnd=received_vnd + (before.received_vnd if before else 0),
            is_counted_in=receipt.dossier_id in counted_in,
            remitted_vnd=(item.amount_vnd if item else 0) + (before.remitted_vnd if before else 0),
        )
    for refund, taken_off_vnd in fee_change_store.refunds_of_day(uow, actor.scope, day, section_id):
        before = rows.get(refund.dossier_id)
        rows[refund.dossier_id] = DayListRow(
            dossier_id=refund.dossier_id,
            receipt_numbers=(
                *(before.receipt_numbers if before else ()),
                f"{refund.series}-{refund.number:07d}",
            ),
            received_vnd=(before.received_vnd if before else 0) - refund.amount_vnd,
            is_counted_in=refund.dossier_id in counted_in,
            remitted_vnd=(before.remitted_vnd if before else 0) - taken_off_vnd,
        )
    return tuple(rows.values())


def differences(rows: Iterable[DayListRow]) -> tuple[DayListRow, ...]:
    """The rows somebody must look at."""
    return tuple(row for row in rows if row.differs)


def courier_cash_vnd(uow: ReadUnit, courier_id: str) -> int:
    """What a courier carries."""
    return balance_vnd(uow, accounts.courier_cash(courier_id, None))

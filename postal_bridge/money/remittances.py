"""Money paid on: an agency's fees to its section, a courier's cash to the bank (M8).

The day list holds one row per dossier: what its receipts say, whether the agency counted it in,
what was remitted for it. Where the three differ, the row says so; nothing is summed away.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import NotFound, RuleViolation
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money import accounts, fee_change_store, receipt_store
from postal_bridge.money.accounts import Posting
from postal_bridge.money.courier_cash import check_nothing_on_counter, postings_of_cash
from postal_bridge.money.errors import (
    AlreadyRemitted,
    AmountAboveHeld,
    BankSlipMissing,
    BankSlipUsed,
    UnitMissing,
)
from postal_bridge.money.fee_change_tables import RemittanceRefund
from postal_bridge.money.ledger import EntryHead, balance_vnd, post
from postal_bridge.money.receipt_tables import ReceiptRow, RemittanceItem, RemittanceRow
from postal_bridge.money.receiving_accounts import account_of_day
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.store import MoneyStore


class NothingToRemit(RuleViolation):
    """No fee receipt of this section is open on these days."""

    code = "nothing_to_remit"


@dataclass(frozen=True, slots=True)
class BankCourierCash:
    amount_vnd: int
    bank_reference: str


@dataclass(frozen=True, slots=True)
class RemitFees:
    """All open fee receipts of the section issued up to and on `until`."""

    section_id: UUID
    until: date
    bank_reference: str


@dataclass(frozen=True, slots=True)
class RemittanceView:
    id: UUID
    kind: str
    amount_vnd: int
    on_day: date
    bank_reference: str
    receipt_count: int
    left_vnd: int


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
    slip = _slip_number(command.bank_reference)
    if not slip:
        raise BankSlipMissing
    if receipt_store.is_slip_known(store.session, actor.unit_id, slip):
        raise BankSlipUsed(number=command.bank_reference.strip())
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
    return _view(row, 0, held_vnd - command.amount_vnd)


def _slip_number(written: str) -> str:
    return re.sub(r"[\s./-]", "", written).upper()


def remit_section_fees(uow: UnitOfWork, command: RemitFees, *, actor: Actor) -> RemittanceView:
    """The section has its fees, less what was given back; each receipt and refund is named.

    Raises
    ------
    NothingToRemit
        Nothing is open, or no more than was given back: that waits for the next fees.
    AlreadyRemitted, UnitMissing
    """
    if actor.unit_id is None:
        raise UnitMissing
    store = MoneyStore(uow.session)
    open_receipts = [
        receipt
        for receipt, status, item in receipt_store.fee_receipts(
            store.session,
            command.section_id,
            actor.scope,
            ReceiptRow.issued_on <= command.until,
            lock=True,
        )
        if item is None and status == PaymentStatus.PAID
    ]
    refunds = fee_change_store.refunds_to_take_off(
        uow, command.section_id, actor.scope, command.until
    )
    amount_vnd = sum(one.total_vnd for one in open_receipts) - sum(
        one.amount_vnd for one in refunds
    )
    if not open_receipts or amount_vnd <= 0:
        raise NothingToRemit
    row = RemittanceRow(
        id=new_id(),
        kind="agency_fees",
        unit_id=actor.unit_id,
        section_id=command.section_id,
        on_day=command.until,
        amount_vnd=amount_vnd,
        bank_reference=command.bank_reference,
        at=uow.now,
        actor=actor.ref,
    )
    line = Posting(
        accounts.fee_payable(command.section_id),
        accounts.bank(account_of_day(uow).key),
        row.amount_vnd,
        "agency_fees",
    )
    head = EntryHead(
        f"remittance:{row.id}",
        "agency_fees_remitted",
        unit_id=actor.unit_id,
        section_id=command.section_id,
    )
    row.entry_id = post(uow, head, [line], actor=actor)
    store.add(row)
    for receipt in open_receipts:
        item = RemittanceItem(
            receipt_id=receipt.id, remittance_id=row.id, amount_vnd=receipt.total_vnd
        )
        if not store.add_unless_twin(item):
            raise AlreadyRemitted
    for refund in refunds:
        taken_off = RemittanceRefund(
            refund_id=refund.id, remittance_id=row.id, amount_vnd=refund.amount_vnd
        )
        if not store.add_unless_twin(taken_off):
            raise AlreadyRemitted
    return _view(row, len(open_receipts), 0)


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


def remittance_of(uow: ReadUnit, remittance_id: UUID, *, actor: Actor) -> RemittanceView:
    """Raises NotFound outside the actor's scope."""
    row = uow.session.get(RemittanceRow, remittance_id)
    covered = row is not None and (
        actor.scope.everything
        or row.unit_id in actor.scope.units
        or row.section_id in actor.scope.sections
    )
    if row is None or not covered:
        raise NotFound
    return _view(row, receipt_store.count_items(uow.session, row.id), 0)


def _view(row: RemittanceRow, receipt_count: int, left_vnd: int) -> RemittanceView:
    return RemittanceView(
        row.id,
        row.kind,
        row.amount_vnd,
        row.on_day,
        row.bank_reference,
        receipt_count,
        left_vnd,
    )

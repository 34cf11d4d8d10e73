"""An agency's fees paid on to its section: what is open, receipt by receipt, and that it was paid.

The amount is named by who transferred it. A receipt or refund that came in between changes what is
open, and is never paid on unseen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound, RuleViolation
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money import accounts, fee_change_store, receipt_store
from postal_bridge.money.accounts import Posting
from postal_bridge.money.errors import AlreadyRemitted, UnitMissing
from postal_bridge.money.fee_change_tables import FeeRefundRow, RemittanceRefund
from postal_bridge.money.ledger import EntryHead, post
from postal_bridge.money.receipt_tables import ReceiptRow, RemittanceItem, RemittanceRow
from postal_bridge.money.receiving_accounts import account_of_day
from postal_bridge.money.remittance_views import RemittanceView, check_new_slip, remittance_from
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.store import MoneyStore

KIND = "agency_fees"
LATEST = 20


class NothingToRemit(RuleViolation):
    """No fee receipt of this section is open on these days."""

    code = "nothing_to_remit"


class RemittanceDiffers(RuleViolation):
    """Params: amount_vnd (as named), open_vnd (what is open now)."""

    code = "remittance_differs"


@dataclass(frozen=True, slots=True)
class RemitFees:
    """All open fee receipts of the section issued up to and on `until`; `amount_vnd` is paid."""

    section_id: UUID
    until: date
    amount_vnd: int
    bank_reference: str


@dataclass(frozen=True, slots=True)
class FeeLine:
    """A fee receipt, or a refund with less than nothing."""

    number: str
    dossier_id: UUID
    issued_on: date
    amount_vnd: int


@dataclass(frozen=True, slots=True)
class OpenFees:
    """What the section has not had of the receipts up to a day; refunds are taken off."""

    section_id: UUID
    until: date
    lines: tuple[FeeLine, ...]

    @property
    def amount_vnd(self) -> int:
        return sum(one.amount_vnd for one in self.lines)


@dataclass(frozen=True, slots=True)
class RemittedFees:
    remittance: RemittanceView
    section_id: UUID
    lines: tuple[FeeLine, ...]


def open_fees(uow: ReadUnit, section_id: UUID, until: date, *, actor: Actor) -> OpenFees:
    """What would be paid on now; nothing outside the actor's scope."""
    receipts, refunds = _open(uow, section_id, until, actor, lock=False)
    return OpenFees(section_id, until, _lines(receipts, refunds))


def remit_section_fees(uow: UnitOfWork, command: RemitFees, *, actor: Actor) -> RemittanceView:
    """The section has its fees, less what was given back; each receipt and refund is named.

    Raises
    ------
    NothingToRemit
        Nothing is open, or no more than was given back: that waits for the next fees.
    RemittanceDiffers
        Another amount is open than the one named.
    BankSlipMissing, BankSlipUsed
        No transfer is named, or one by which the office paid on before.
    AlreadyRemitted, UnitMissing
    """
    if actor.unit_id is None:
        raise UnitMissing
    store, bank = MoneyStore(uow.session), accounts.bank(account_of_day(uow).key)
    store.ensure_accounts({bank})
    store.lock_account(bank.code)  # two who type one transfer's number queue here
    receipts, refunds = _open(uow, command.section_id, command.until, actor, lock=True)
    amount_vnd = sum(one.amount_vnd for one in _lines(receipts, refunds))
    if not receipts or amount_vnd <= 0:
        raise NothingToRemit
    if command.amount_vnd != amount_vnd:
        raise RemittanceDiffers(amount_vnd=command.amount_vnd, open_vnd=amount_vnd)
    check_new_slip(uow, KIND, actor.unit_id, command.bank_reference)
    row = RemittanceRow(
        id=new_id(),
        kind=KIND,
        unit_id=actor.unit_id,
        section_id=command.section_id,
        on_day=command.until,
        amount_vnd=amount_vnd,
        bank_reference=command.bank_reference.strip(),
        at=uow.now,
        actor=actor.ref,
    )
    head = EntryHead(
        f"remittance:{row.id}",
        "agency_fees_remitted",
        unit_id=actor.unit_id,
        section_id=command.section_id,
    )
    line = Posting(accounts.fee_payable(command.section_id), bank, amount_vnd, KIND)
    row.entry_id = post(uow, head, [line], actor=actor)
    store.add(row)
    _name_each(store, row, receipts, refunds)
    return remittance_from(row, len(receipts), 0)


def remittances_to(uow: ReadUnit, section_id: UUID, *, actor: Actor) -> tuple[RemittanceView, ...]:
    """The section's latest, the newest first, as far as the actor sees their offices."""
    rows = receipt_store.remittances_of(uow.session, KIND, section_id, actor.scope, LATEST)
    return tuple(remittance_from(row, count, 0) for row, count in rows)


def remittance_of(uow: ReadUnit, remittance_id: UUID, *, actor: Actor) -> RemittedFees:
    """Fees that were paid on, item by item. Raises NotFound outside the actor's scope."""
    row = receipt_store.remittance(uow.session, KIND, remittance_id, actor.scope)
    if row is None or row.section_id is None:
        raise NotFound
    receipts = receipt_store.receipts_of_remittance(uow.session, row.id)
    refunds = fee_change_store.refunds_of_remittance(uow, row.id)
    return RemittedFees(
        remittance_from(row, len(receipts), 0), row.section_id, _lines(receipts, refunds)
    )


def _open(
    uow: ReadUnit, section_id: UUID, until: date, actor: Actor, *, lock: bool
) -> tuple[list[ReceiptRow], Sequence[FeeRefundRow]]:
    found = receipt_store.fee_receipts(
        uow.session, section_id, actor.scope, ReceiptRow.issued_on <= until, lock=lock
    )
    receipts = [
        receipt for receipt, status, item in found if item is None and status == PaymentStatus.PAID
    ]
    return receipts, fee_change_store.refunds_to_take_off(uow, section_id, actor.scope, until)


def _lines(receipts: Iterable[ReceiptRow], refunds: Iterable[FeeRefundRow]) -> tuple[FeeLine, ...]:
    return (
        *(
            FeeLine(f"{one.series}-{one.number:07d}", one.dossier_id, one.issued_on, one.total_vnd)
            for one in receipts
        ),
        *(
            FeeLine(
                f"{one.series}-{one.number:07d}", one.dossier_id, one.issued_on, -one.amount_vnd
            )
            for one in refunds
        ),
    )


def _name_each(
    store: MoneyStore,
    row: RemittanceRow,
    receipts: Iterable[ReceiptRow],
    refunds: Iterable[FeeRefundRow],
) -> None:
    """Raises AlreadyRemitted when somebody else has paid one of them on meanwhile."""
    for receipt in receipts:
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

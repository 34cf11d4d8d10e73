"""Fee receipts and fare receipts: a series of each office, gapless numbers, copies marked.

A number is drawn in the transaction of its payment, so one that is undone leaves no gap. The
receipt of money given back stays, void; its number is never used again.
Source: facts, payment section 5 (form, series and range are the collecting unit's).
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money import receipt_store
from postal_bridge.money.accounts import Purse
from postal_bridge.money.dues import Due
from postal_bridge.money.payment_views import payment_rows
from postal_bridge.money.receipt_tables import ReceiptCopy, ReceiptRow
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.store import MoneyStore
from postal_bridge.money.tables import PaymentRow

SERIES = {"fee": "BL", "fare": "CP"}


@dataclass(frozen=True, slots=True)
class FeeReceipt:
    """One receipt as it was issued.

    Attributes
    ----------
    kind : "fee" (state money) or "fare" (postal fare and remittance charge)
    is_void : the money was given back
    copy_no : 0 for the original, 1 for the first copy; None for the electronic receipt
    """

    id: UUID
    kind: str
    number: str
    unit_id: UUID
    section_id: UUID | None
    payment_id: UUID
    dossier_id: UUID
    lines: tuple[Due, ...]
    total_vnd: int
    method: str
    issued_at: datetime
    issued_by: str
    is_void: bool
    copy_no: int | None = None


def issue_receipts(
    uow: UnitOfWork, payment: PaymentRow, entry_id: UUID, dues: Sequence[Due], *, actor: Actor
) -> tuple[FeeReceipt, ...]:
    """One receipt for the agency's money and one for the post's, each if there is any."""
    fees = [due for due in dues if due.purse is Purse.FEE and due.amount_vnd]
    fares = [due for due in dues if due.purse is not Purse.FEE and due.amount_vnd]
    issued = []
    for kind, lines in (("fare", fares), ("fee", fees)):
        if not lines:
            continue
        series, number = receipt_store.draw_receipt_number(
            uow, payment.unit_id, SERIES[kind], local(uow.now).date()
        )
        row = ReceiptRow(
            id=new_id(),
            kind=kind,
            unit_id=payment.unit_id,
            section_id=payment.section_id,
            series=series,
            number=number,
            payment_id=payment.id,
            entry_id=entry_id,
            dossier_id=payment.dossier_id,
            lines=[due.as_stored() for due in lines],
            total_vnd=sum(due.amount_vnd for due in lines),
            issued_at=uow.now,
            issued_on=local(uow.now).date(),
            actor=actor.ref,
        )
        uow.session.add(row)
        issued.append(_view(row, payment))
    return tuple(issued)


def receipt_view(uow: ReadUnit, receipt_id: UUID, *, actor: Actor) -> FeeReceipt:
    """Raises NotFound outside the actor's scope."""
    store = MoneyStore(uow.session)
    row = receipt_store.receipt(store.session, receipt_id, actor.scope)
    return _view(row, uow.session.get_one(PaymentRow, row.payment_id))


def receipts_of_payment(uow: ReadUnit, payment_id: UUID, *, actor: Actor) -> tuple[FeeReceipt, ...]:
    """Raises NotFound outside the actor's scope."""
    store = MoneyStore(uow.session)
    payment = store.payment(payment_id, actor.scope)
    return tuple(
        _view(row, payment) for row in receipt_store.receipts_of_payment(store.session, payment.id)
    )


def receipts_of_entries(
    uow: ReadUnit, entry_ids: Collection[UUID], *, actor: Actor
) -> tuple[FeeReceipt, ...]:
    """The receipts issued with these entries, as far as the actor's scope reaches."""
    store = MoneyStore(uow.session)
    found = []
    for row in receipt_store.receipts_of_entries(store.session, entry_ids):
        # A clerk who moved on still opens his old shifts, but prints nothing of that office.
        with suppress(NotFound):
            found.append(_view(row, store.payment(row.payment_id, actor.scope)))
    return tuple(found)


def receipts_of_dossier(uow: ReadUnit, dossier_id: UUID, *, actor: Actor) -> tuple[FeeReceipt, ...]:
    """Every receipt of a dossier, as electronic ones, the oldest first."""
    payments = {one.id: one for one in payment_rows(uow, dossier_id, actor.scope)}
    rows = receipt_store.receipts_of_payments(uow.session, payments) if payments else ()
    found = [_view(row, payments[row.payment_id]) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.issued_at, one.number)))


def copy_receipt(uow: UnitOfWork, receipt_id: UUID, *, actor: Actor) -> FeeReceipt:
    """The receipt on paper: the original the first time, afterwards a counted copy of it."""
    store = MoneyStore(uow.session)
    row = receipt_store.receipt(store.session, receipt_id, actor.scope)
    uow.queue_for_home()  # two printers at once: one original
    last = receipt_store.last_copy_no(store.session, row.id)
    copy_no = 0 if last is None else last + 1
    store.add(ReceiptCopy(receipt_id=row.id, copy_no=copy_no, at=uow.now, actor=actor.ref))
    return _view(row, uow.session.get_one(PaymentRow, row.payment_id), copy_no=copy_no)


def _view(row: ReceiptRow, payment: PaymentRow, *, copy_no: int | None = None) -> FeeReceipt:
    return FeeReceipt(
        id=row.id,
        kind=row.kind,
        number=f"{row.series}-{row.number:07d}",
        unit_id=row.unit_id,
        section_id=row.section_id,
        payment_id=row.payment_id,
        dossier_id=row.dossier_id,
        lines=tuple(Due.from_stored(line) for line in row.lines),
        total_vnd=row.total_vnd,
        method=payment.paid_by or payment.method,
        issued_at=row.issued_at,
        issued_by=row.actor,
        is_void=payment.status == PaymentStatus.REFUNDED,
        copy_no=copy_no,
    )

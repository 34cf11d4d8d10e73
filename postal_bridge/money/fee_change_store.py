"""Queries and locks of changed fees. Never commits; what lies outside the scope is NotFound."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.held import has_none
from postal_bridge.kernel.marks import DOSSIER_ID, sum_of
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money.accounts import Purse
from postal_bridge.money.fee_change_rules import (
    OPEN,
    FeeChangeAction,
    FeeChangeStatus,
    next_status,
)
from postal_bridge.money.fee_change_tables import FeeChangeRow, FeeRefundRow, RemittanceRefund
from postal_bridge.money.receipt_tables import ReceiptRow
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.store import seen_by
from postal_bridge.money.tables import PaymentRow

FEE_CHANGES_MARK = sum_of(FeeChangeRow.version, where=FeeChangeRow.dossier_id == DOSSIER_ID)


def change(uow: ReadUnit, change_id: UUID, scope: Scope, *, lock: bool = False) -> FeeChangeRow:
    query = select(FeeChangeRow).where(FeeChangeRow.id == change_id, seen_by(scope, FeeChangeRow))
    row = uow.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound
    return row


def of_dossier(uow: ReadUnit, dossier_id: UUID) -> Sequence[FeeChangeRow]:
    """Oldest first. Who may see the dossier is the caller's check."""
    return uow.session.scalars(
        select(FeeChangeRow)
        .where(FeeChangeRow.dossier_id == dossier_id)
        .order_by(FeeChangeRow.stated_at, FeeChangeRow.id)
    ).all()


def open_of_fee(uow: UnitOfWork, dossier_id: UUID, fee_code: str) -> FeeChangeRow | None:
    return uow.session.scalars(
        select(FeeChangeRow)
        .where(
            FeeChangeRow.dossier_id == dossier_id,
            FeeChangeRow.fee_code == fee_code,
            FeeChangeRow.status.in_(OPEN),
        )
        .with_for_update()
    ).one_or_none()


def open_for(uow: ReadUnit, scope: Scope, *, limit: int) -> Sequence[FeeChangeRow]:
    """What waits at the offices of the scope, the longest wait first."""
    return uow.session.scalars(
        select(FeeChangeRow)
        .where(FeeChangeRow.status.in_(OPEN), seen_by(scope, FeeChangeRow))
        .order_by(FeeChangeRow.stated_at)
        .limit(limit)
    ).all()


def due_at_door(uow: UnitOfWork, dossier_id: UUID) -> Sequence[FeeChangeRow]:
    return uow.session.scalars(
        select(FeeChangeRow)
        .where(
            FeeChangeRow.dossier_id == dossier_id,
            FeeChangeRow.status == FeeChangeStatus.DUE,
            FeeChangeRow.at_door,
        )
        .order_by(FeeChangeRow.stated_at, FeeChangeRow.id)
        .with_for_update()
    ).all()


def move(uow: UnitOfWork, row: FeeChangeRow, action: FeeChangeAction) -> None:
    """Raises MoveNotOpen."""
    row.status = next_status(FeeChangeStatus(row.status), action)
    if row.status not in OPEN:
        row.settled_at = uow.now
    uow.session.flush()


def paid_by(uow: UnitOfWork, payment: PaymentRow) -> None:
    """Whatever waited for this payment is paid."""
    if has_none(uow.session, FeeChangeRow, payment.dossier_id):
        return
    waiting = select(FeeChangeRow).where(FeeChangeRow.payment_id == payment.id).with_for_update()
    for row in uow.session.scalars(waiting).all():
        move(uow, row, FeeChangeAction.PAY)


def refunds_of_entries(
    uow: ReadUnit, entry_ids: Collection[UUID]
) -> Sequence[tuple[FeeRefundRow, FeeChangeRow]]:
    rows = uow.session.execute(
        select(FeeRefundRow, FeeChangeRow)
        .join(FeeChangeRow, FeeChangeRow.id == FeeRefundRow.change_id)
        .where(FeeRefundRow.entry_id.in_(list(entry_ids)))
    )
    return [(refund, change) for refund, change in rows]


def touches(session: Session, payment_id: UUID) -> bool:
    """The payment settled a changed fee, or a part of a fee it paid was given back."""
    settled = select(FeeChangeRow.id).where(FeeChangeRow.payment_id == payment_id)
    if session.scalar(settled.limit(1)) is not None:
        return True
    payment = session.get_one(PaymentRow, payment_id)
    codes = {due["code"] for due in payment.dues if due["purse"] == Purse.FEE}
    given_back = (
        select(FeeRefundRow.id)
        .join(FeeChangeRow, FeeChangeRow.id == FeeRefundRow.change_id)
        .where(FeeRefundRow.dossier_id == payment.dossier_id, FeeChangeRow.fee_code.in_(codes))
    )
    return session.scalar(given_back.limit(1)) is not None


def due_since(
    uow: ReadUnit, scope: Scope, since: datetime, until: datetime
) -> Sequence[FeeChangeRow]:
    """Stated in that time, and the rest still to be paid."""
    return uow.session.scalars(
        select(FeeChangeRow).where(
            FeeChangeRow.status == FeeChangeStatus.DUE,
            FeeChangeRow.stated_at >= since,
            FeeChangeRow.stated_at < until,
            seen_by(scope, FeeChangeRow),
        )
    ).all()


def fees_paid(uow: ReadUnit, dossier_id: UUID) -> Mapping[str, int]:
    """What the citizen has paid of each fee, less what was given back of it."""
    sums: dict[str, int] = defaultdict(int)
    for dues in uow.session.scalars(
        select(PaymentRow.dues).where(
            PaymentRow.dossier_id == dossier_id, PaymentRow.status == PaymentStatus.PAID
        )
    ):
        for due in dues:
            if due["purse"] == Purse.FEE:
                sums[due["code"]] += due["amount_vnd"]
    given_back = uow.session.execute(
        select(FeeChangeRow.fee_code, func.sum(FeeRefundRow.amount_vnd))
        .join(FeeChangeRow, FeeChangeRow.id == FeeRefundRow.change_id)
        .where(FeeRefundRow.dossier_id == dossier_id)
        .group_by(FeeChangeRow.fee_code)
    )
    for code, amount_vnd in given_back:
        sums[code] -= int(amount_vnd)
    return sums


def receipts_for(uow: ReadUnit, dossier_id: UUID, fee_code: str) -> tuple[str, ...]:
    """The numbers of the receipts that name this fee, the oldest first."""
    rows = uow.session.scalars(
        select(ReceiptRow)
        .join(PaymentRow, PaymentRow.id == ReceiptRow.payment_id)
        .where(
            ReceiptRow.dossier_id == dossier_id,
            ReceiptRow.kind == "fee",
            PaymentRow.status == PaymentStatus.PAID,
        )
        .order_by(ReceiptRow.issued_at, ReceiptRow.number)
    )
    return tuple(
        f"{row.series}-{row.number:07d}"
        for row in rows
        if any(line["code"] == fee_code for line in row.lines)
    )


def refund(uow: ReadUnit, refund_id: UUID, scope: Scope) -> FeeRefundRow:
    query = select(FeeRefundRow).where(FeeRefundRow.id == refund_id, seen_by(scope, FeeRefundRow))
    row = uow.session.scalars(query).one_or_none()
    if row is None:
        raise NotFound
    return row


def refund_by_transfer(uow: ReadUnit, bank_reference: str) -> FeeRefundRow | None:
    """The one that left under the bank's number."""
    query = select(FeeRefundRow).where(FeeRefundRow.bank_reference == bank_reference)
    return uow.session.scalars(query.order_by(FeeRefundRow.issued_at).limit(1)).one_or_none()


def refunds_of(uow: ReadUnit, change_ids: Collection[UUID]) -> Mapping[UUID, FeeRefundRow]:
    """By the change they settled."""
    if not change_ids:
        return {}
    rows = uow.session.scalars(select(FeeRefundRow).where(FeeRefundRow.change_id.in_(change_ids)))
    return {row.change_id: row for row in rows}


def refunds_of_remittance(uow: ReadUnit, remittance_id: UUID) -> Sequence[FeeRefundRow]:
    """What made that remittance smaller."""
    return uow.session.scalars(
        select(FeeRefundRow)
        .join(RemittanceRefund, RemittanceRefund.refund_id == FeeRefundRow.id)
        .where(RemittanceRefund.remittance_id == remittance_id)
        .order_by(FeeRefundRow.issued_at)
    ).all()


def refunds_to_take_off(
    uow: ReadUnit, section_id: UUID, scope: Scope, until: date
) -> Sequence[FeeRefundRow]:
    """Refunds up to and on that day that no remittance was made smaller by."""
    return uow.session.scalars(
        select(FeeRefundRow)
        .outerjoin(RemittanceRefund, RemittanceRefund.refund_id == FeeRefundRow.id)
        .where(
            FeeRefundRow.section_id == section_id,
            FeeRefundRow.issued_on <= until,
            RemittanceRefund.refund_id.is_(None),
            seen_by(scope, FeeRefundRow),
        )
        .order_by(FeeRefundRow.issued_at)
    ).all()


def refunds_of_day(
    uow: ReadUnit, scope: Scope, day: date, section_id: UUID | None = None
) -> Sequence[tuple[FeeRefundRow, int]]:
    """Each refund of the day with what a remittance was made smaller by for it."""
    query = (
        select(FeeRefundRow, RemittanceRefund.amount_vnd)
        .outerjoin(RemittanceRefund, RemittanceRefund.refund_id == FeeRefundRow.id)
        .where(FeeRefundRow.issued_on == day, seen_by(scope, FeeRefundRow))
        .order_by(FeeRefundRow.issued_at, FeeRefundRow.number)
    )
    if section_id is not None:
        query = query.where(FeeRefundRow.section_id == section_id)
    return [(row, taken_off or 0) for row, taken_off in uow.session.execute(query)]

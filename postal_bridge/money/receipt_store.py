"""Queries and locks of receipts and of fees paid on. Never commits; scope as ever."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.ready_statements import ReadyStatement
from postal_bridge.kernel.tables import table_of
from postal_bridge.kernel.unit_of_work import UnitOfWork
from postal_bridge.money.receipt_tables import (
    ReceiptCopy,
    ReceiptRow,
    ReceiptSeries,
    RemittanceItem,
    RemittanceRow,
)
from postal_bridge.money.store import one, seen_by
from postal_bridge.money.tables import PaymentRow

_DRAW_RECEIPT = ReadyStatement(
    update(table_of(ReceiptSeries))
    .where(
        ReceiptSeries.unit_id == bindparam("of"),
        ReceiptSeries.series.startswith(bindparam("under")),
    )
    .values(last_number=ReceiptSeries.last_number + 1)
    .returning(ReceiptSeries.series, ReceiptSeries.last_number)
)


def draw_receipt_number(uow: UnitOfWork, unit_id: UUID, kind: str, day: date) -> tuple[str, int]:
    """The office's series of the day's year, and the next number in it.

    `kind`: the first letters of the series. "BL26T-007" belongs to one office alone: receipts of
    all offices of a province name the province's post, so the series tells them apart.
    Others of the series wait until this number is kept or undone.
    """
    prefix = f"{kind}{day:%y}T-"
    connection, asked = uow.session.connection(), {"of": unit_id, "under": prefix}
    drawn = _DRAW_RECEIPT.row(connection, asked)
    if drawn is None:
        _begin_series(uow, unit_id, prefix)
        drawn = _DRAW_RECEIPT.row(connection, asked)
    return drawn.series, drawn.last_number


def _begin_series(uow: UnitOfWork, unit_id: UUID, prefix: str) -> None:
    """Offices that begin together queue for the home's row; one of them may be this office."""
    uow.queue_for_home()
    begun = ReceiptSeries.series.startswith(prefix)
    known = uow.session.scalars(select(ReceiptSeries.unit_id).where(begun)).all()
    if unit_id not in known:
        series = f"{prefix}{len(known) + 1:03d}"
        first = {"unit_id": unit_id, "series": series, "last_number": 0}
        uow.session.execute(insert(table_of(ReceiptSeries)), first)


def receipt(session: Session, receipt_id: UUID, scope: Scope) -> ReceiptRow:
    return one(
        session, select(ReceiptRow).where(ReceiptRow.id == receipt_id, seen_by(scope, ReceiptRow))
    )


def receipts_of_payment(session: Session, payment_id: UUID) -> Sequence[ReceiptRow]:
    return session.scalars(
        select(ReceiptRow).where(ReceiptRow.payment_id == payment_id).order_by(ReceiptRow.kind)
    ).all()


def receipts_of_payments(session: Session, payment_ids: Collection[UUID]) -> Sequence[ReceiptRow]:
    return session.scalars(select(ReceiptRow).where(ReceiptRow.payment_id.in_(payment_ids))).all()


def receipts_of_entries(session: Session, entry_ids: Collection[UUID]) -> Sequence[ReceiptRow]:
    return session.scalars(
        select(ReceiptRow)
        .where(ReceiptRow.entry_id.in_(list(entry_ids)))
        .order_by(ReceiptRow.issued_at, ReceiptRow.kind)
    ).all()


def last_copy_no(session: Session, receipt_id: UUID) -> int | None:
    """None while the receipt was never printed; the original counts as 0."""
    query = select(func.max(ReceiptCopy.copy_no)).where(ReceiptCopy.receipt_id == receipt_id)
    return session.scalar(query)


def fee_receipts(
    session: Session,
    section_id: UUID,
    scope: Scope,
    *conditions: ColumnElement[bool],
    lock: bool = False,
) -> Sequence[tuple[ReceiptRow, str, RemittanceItem | None]]:
    """Fee receipts of a section with their payment's status and their remittance.

    `lock`: nobody gives one of the payments back until the unit ends.
    """
    query = (
        select(ReceiptRow, PaymentRow.status, RemittanceItem)
        .join(PaymentRow, PaymentRow.id == ReceiptRow.payment_id)
        .outerjoin(RemittanceItem, RemittanceItem.receipt_id == ReceiptRow.id)
        .where(
            ReceiptRow.kind == "fee",
            ReceiptRow.section_id == section_id,
            seen_by(scope, ReceiptRow),
            *conditions,
        )
        .order_by(ReceiptRow.issued_at, ReceiptRow.number)
    )
    rows = session.execute(query.with_for_update(of=PaymentRow) if lock else query)
    return [(receipt, status, item) for receipt, status, item in rows]


def is_remitted(session: Session, payment_id: UUID) -> bool:
    query = (
        select(RemittanceItem.receipt_id)
        .join(ReceiptRow, ReceiptRow.id == RemittanceItem.receipt_id)
        .where(ReceiptRow.payment_id == payment_id)
    )
    return session.scalar(query.limit(1)) is not None


def is_slip_known(session: Session, kind: str, unit_id: UUID, slip: str) -> bool:
    """Whether the office entered such a remittance by this slip, however it was written then."""
    written: ColumnElement[str] = func.upper(RemittanceRow.bank_reference)
    for sign in " ./-":
        written = func.replace(written, sign, "")
    found = select(RemittanceRow.id).where(
        RemittanceRow.kind == kind, RemittanceRow.unit_id == unit_id, written == slip
    )
    return session.scalars(found.limit(1)).first() is not None


def remittances_of(
    session: Session, kind: str, section_id: UUID, scope: Scope, most: int
) -> Sequence[tuple[RemittanceRow, int]]:
    """The latest with the number of their receipts."""
    receipts = (
        select(func.count())
        .where(RemittanceItem.remittance_id == RemittanceRow.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(RemittanceRow, receipts)
        .where(
            RemittanceRow.kind == kind,
            RemittanceRow.section_id == section_id,
            seen_by(scope, RemittanceRow),
        )
        .order_by(RemittanceRow.at.desc())
        .limit(most)
    )
    return [(row, count) for row, count in rows]


def remittance(
    session: Session, kind: str, remittance_id: UUID, scope: Scope
) -> RemittanceRow | None:
    return session.scalars(
        select(RemittanceRow).where(
            RemittanceRow.id == remittance_id,
            RemittanceRow.kind == kind,
            seen_by(scope, RemittanceRow),
        )
    ).first()


def receipts_of_remittance(session: Session, remittance_id: UUID) -> Sequence[ReceiptRow]:
    return session.scalars(
        select(ReceiptRow)
        .join(RemittanceItem, RemittanceItem.receipt_id == ReceiptRow.id)
        .where(RemittanceItem.remittance_id == remittance_id)
        .order_by(ReceiptRow.issued_at, ReceiptRow.number)
    ).all()

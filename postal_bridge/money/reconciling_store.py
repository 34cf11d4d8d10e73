"""Queries for the day's reconciliation: whole days of money at once. Never commits."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import case, func, or_, select

from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money.accounts import AccountKind
from postal_bridge.money.receipt_tables import ReceiptRow, RemittanceItem
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.store import seen_by
from postal_bridge.money.tables import AccountRow, JournalEntry, PaymentRow, PostingRow

PAYOUT = "gateway_payout"


def fee_receipts_of(
    uow: ReadUnit, scope: Scope, day: date
) -> Sequence[tuple[UUID, UUID | None, UUID, str, int, int, str, int | None]]:
    """(dossier, section, unit, series, number, total, payment's status, remitted) of a day."""
    rows = uow.session.execute(
        select(
            ReceiptRow.dossier_id,
            ReceiptRow.section_id,
            ReceiptRow.unit_id,
            ReceiptRow.series,
            ReceiptRow.number,
            ReceiptRow.total_vnd,
            PaymentRow.status,
            RemittanceItem.amount_vnd,
        )
        .join(PaymentRow, PaymentRow.id == ReceiptRow.payment_id)
        .outerjoin(RemittanceItem, RemittanceItem.receipt_id == ReceiptRow.id)
        .where(ReceiptRow.kind == "fee", ReceiptRow.issued_on == day, seen_by(scope, ReceiptRow))
        .order_by(ReceiptRow.issued_at, ReceiptRow.number)
    )
    return rows.all()


def waiting_payments(
    uow: ReadUnit, scope: Scope, since: datetime, until: datetime
) -> Sequence[PaymentRow]:
    """Payments for a section that were asked for in that time and still wait."""
    return uow.session.scalars(
        select(PaymentRow).where(
            PaymentRow.section_id.is_not(None),
            PaymentRow.status == PaymentStatus.PENDING,
            PaymentRow.created_at >= since,
            PaymentRow.created_at < until,
            seen_by(scope, PaymentRow),
        )
    ).all()


def couriers_holding(uow: ReadUnit, scope: Scope) -> Sequence[tuple[str, UUID | None, int]]:
    """(courier, office, cash) of everybody who carries any."""
    own = select(AccountRow.code).where(
        AccountRow.kind == AccountKind.COURIER, seen_by(scope, AccountRow)
    )
    into = (
        select(PostingRow.debit_account.label("code"), func.sum(PostingRow.amount_vnd).label("vnd"))
        .where(PostingRow.debit_account.in_(own))
        .group_by(PostingRow.debit_account)
        .subquery()
    )
    out = (
        select(
            PostingRow.credit_account.label("code"), func.sum(PostingRow.amount_vnd).label("vnd")
        )
        .where(PostingRow.credit_account.in_(own))
        .group_by(PostingRow.credit_account)
        .subquery()
    )
    held = into.c.vnd - func.coalesce(out.c.vnd, 0)
    rows = uow.session.execute(
        select(AccountRow.code, AccountRow.unit_id, held)
        .join(into, into.c.code == AccountRow.code)
        .outerjoin(out, out.c.code == AccountRow.code)
        .where(held > 0)
        .order_by(AccountRow.code)
    )
    return [(code.partition(":")[2], unit_id, int(vnd)) for code, unit_id, vnd in rows]


def door_payments_of(
    uow: ReadUnit, courier: str
) -> Sequence[tuple[UUID, UUID, int, datetime | None]]:
    """(payment, dossier, amount, paid at) of what a courier took at doors, the newest first."""
    rows = uow.session.execute(
        select(PaymentRow.id, PaymentRow.dossier_id, PaymentRow.amount_vnd, PaymentRow.paid_at)
        .join(JournalEntry, JournalEntry.id == PaymentRow.entry_id)
        .where(
            PaymentRow.method == "door",
            PaymentRow.status == PaymentStatus.PAID,
            JournalEntry.actor == f"staff:{courier}",
        )
        .order_by(PaymentRow.paid_at.desc(), PaymentRow.id.desc())
        .limit(2000)
    )
    return [(one, dossier, amount, at) for one, dossier, amount, at in rows]


def offices_of_terminals(uow: ReadUnit, scope: Scope) -> Sequence[UUID]:
    """Offices that ever took money on a card terminal."""
    found = uow.session.scalars(
        select(AccountRow.unit_id)
        .where(
            AccountRow.kind == AccountKind.CARD,
            AccountRow.unit_id.is_not(None),
            seen_by(scope, AccountRow),
        )
        .order_by(AccountRow.code)
    )
    return [unit_id for unit_id in found if unit_id is not None]


def card_entries(
    uow: ReadUnit, scope: Scope, code: str, since: datetime, until: datetime
) -> Sequence[tuple[UUID, UUID | None, datetime, str, str | None, int]]:
    """(entry, dossier, at, actor, cause, into the account) of a terminal's account, oldest first.

    What the terminal paid out is none of its sales and voids.
    """
    into_vnd = func.sum(
        case(
            (PostingRow.debit_account == code, PostingRow.amount_vnd), else_=-PostingRow.amount_vnd
        )
    )
    rows = uow.session.execute(
        select(
            JournalEntry.id,
            JournalEntry.dossier_id,
            JournalEntry.at,
            JournalEntry.actor,
            JournalEntry.cause,
            into_vnd,
        )
        .join(PostingRow, PostingRow.entry_id == JournalEntry.id)
        .where(
            or_(PostingRow.debit_account == code, PostingRow.credit_account == code),
            JournalEntry.at >= since,
            JournalEntry.at < until,
            JournalEntry.kind != PAYOUT,
            seen_by(scope, JournalEntry),
        )
        .group_by(
            JournalEntry.id,
            JournalEntry.dossier_id,
            JournalEntry.at,
            JournalEntry.actor,
            JournalEntry.cause,
        )
        .order_by(JournalEntry.at, JournalEntry.id)
    )
    return [(*rest, int(vnd)) for *rest, vnd in rows]

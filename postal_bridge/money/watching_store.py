"""Queries for the board: drawers and fees of many offices. Never commits."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_, select

from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money.drawer_tables import DrawerCount, DrawerRow
from postal_bridge.money.hand_in_tables import HandInRow
from postal_bridge.money.receipt_tables import ReceiptRow, RemittanceItem
from postal_bridge.money.rules import DrawerStatus, PaymentStatus
from postal_bridge.money.store import seen_by
from postal_bridge.money.tables import PaymentRow

ENDED = (DrawerStatus.CLOSED,)


def drawers_since(
    uow: ReadUnit, scope: Scope, since: datetime
) -> Sequence[tuple[DrawerRow, datetime | None]]:
    """Drawers that are not closed, or were opened or closed since, with their last count's time."""
    counted = (
        select(DrawerCount.drawer_id, func.max(DrawerCount.at).label("at"))
        .group_by(DrawerCount.drawer_id)
        .subquery()
    )
    rows = uow.session.execute(
        select(DrawerRow, counted.c.at)
        .outerjoin(counted, counted.c.drawer_id == DrawerRow.id)
        .where(
            seen_by(scope, DrawerRow),
            or_(
                DrawerRow.status.not_in(ENDED),
                DrawerRow.opened_at >= since,
                DrawerRow.closed_at >= since,
            ),
        )
        .order_by(DrawerRow.opened_at, DrawerRow.id)
    )
    return [(row, at) for row, at in rows]


def count_contested(uow: ReadUnit, scope: Scope) -> int:
    asked = select(func.count()).where(
        seen_by(scope, DrawerRow), DrawerRow.status == DrawerStatus.CONTESTED
    )
    return uow.session.scalar(asked) or 0


def differences_since(uow: ReadUnit, since: datetime) -> Sequence[tuple[UUID, int, datetime]]:
    """(office, difference, when) of drawers and of couriers' cash, in every office."""
    counted = (
        select(DrawerCount.drawer_id, func.max(DrawerCount.at).label("at"))
        .group_by(DrawerCount.drawer_id)
        .subquery()
    )
    gap = DrawerRow.counted_vnd - DrawerRow.expected_vnd
    drawers = uow.session.execute(
        select(DrawerRow.unit_id, gap, counted.c.at)
        .join(counted, counted.c.drawer_id == DrawerRow.id)
        .where(gap != 0, counted.c.at >= since)
    )
    cash = uow.session.execute(
        select(HandInRow.unit_id, HandInRow.gap_vnd, HandInRow.accepted_at).where(
            HandInRow.gap_vnd != 0, HandInRow.accepted_at >= since
        )
    )
    return [(unit, int(vnd), at) for unit, vnd, at in (*drawers, *cash) if at is not None]


def fees_held(uow: ReadUnit, scope: Scope) -> Sequence[tuple[UUID, int, int, date]]:
    """(section, receipts, amount, oldest day) of agency fees received and not remitted."""
    rows = uow.session.execute(
        select(
            ReceiptRow.section_id,
            func.count(),
            func.sum(ReceiptRow.total_vnd),
            func.min(ReceiptRow.issued_on),
        )
        .join(PaymentRow, PaymentRow.id == ReceiptRow.payment_id)
        .outerjoin(RemittanceItem, RemittanceItem.receipt_id == ReceiptRow.id)
        .where(
            ReceiptRow.kind == "fee",
            ReceiptRow.section_id.is_not(None),
            PaymentRow.status != PaymentStatus.REFUNDED,
            RemittanceItem.receipt_id.is_(None),
            seen_by(scope, ReceiptRow),
        )
        .group_by(ReceiptRow.section_id)
        .order_by(func.min(ReceiptRow.issued_on))
    )
    return [
        (section, int(count), int(total), oldest)
        for section, count, total, oldest in rows
        if section is not None
    ]

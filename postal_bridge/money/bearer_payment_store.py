"""Queries of what bearers have paid. Never commits."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money.bearer_payment_tables import StatementPaymentRow


def payments_of(uow: ReadUnit, bearer: str, month: date) -> Sequence[StatementPaymentRow]:
    """What was paid of one statement, the first first."""
    wanted = select(StatementPaymentRow).where(
        StatementPaymentRow.bearer == bearer, StatementPaymentRow.month == month
    )
    return uow.session.scalars(
        wanted.order_by(StatementPaymentRow.at, StatementPaymentRow.id)
    ).all()


def paid_of_month(uow: ReadUnit, month: date) -> dict[str, int]:
    """What each bearer has paid of that month's statement."""
    wanted = (
        select(StatementPaymentRow.bearer, func.sum(StatementPaymentRow.amount_vnd))
        .where(StatementPaymentRow.month == month)
        .group_by(StatementPaymentRow.bearer)
    )
    return {bearer: int(paid) for bearer, paid in uow.session.execute(wanted)}

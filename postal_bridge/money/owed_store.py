"""Which dossiers still have money of a citizen's: owed back, or come and not placed. Only looks."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select

from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money.fare_end_tables import FareEndRow
from postal_bridge.money.fee_change_rules import FeeChangeStatus
from postal_bridge.money.fee_change_tables import FeeChangeRow
from postal_bridge.money.parked_tables import ParkedAnswer
from postal_bridge.money.refund_rules import RefundStatus
from postal_bridge.money.refund_tables import RefundDebtRow
from postal_bridge.money.tables import PaymentRow, ProviderEvent


def owing_money(uow: ReadUnit, dossier_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these dossiers whose citizen has money to come.

    A fare that was called off and not fetched, a fee stated lower and not given back, a refund
    whose transfer has not left, and a transfer that fitted nothing and waits for two people.
    """
    last = (
        select(FareEndRow.quote_id, func.max(FareEndRow.no).label("no"))
        .where(FareEndRow.dossier_id.in_(dossier_ids))
        .group_by(FareEndRow.quote_id)
        .subquery()
    )
    fares = (
        select(FareEndRow.dossier_id)
        .join(last, (last.c.quote_id == FareEndRow.quote_id) & (last.c.no == FareEndRow.no))
        .where(FareEndRow.kind == "called_off", FareEndRow.amount_vnd > 0)
    )
    fees = select(FeeChangeRow.dossier_id).where(
        FeeChangeRow.dossier_id.in_(dossier_ids), FeeChangeRow.status == FeeChangeStatus.OWED
    )
    refunds = select(RefundDebtRow.dossier_id).where(
        RefundDebtRow.dossier_id.in_(dossier_ids), RefundDebtRow.status != RefundStatus.PAID
    )
    waiting = (
        select(PaymentRow.dossier_id)
        .join(ProviderEvent, ProviderEvent.payment_id == PaymentRow.id)
        .outerjoin(ParkedAnswer, ParkedAnswer.event_id == ProviderEvent.id)
        .where(
            PaymentRow.dossier_id.in_(dossier_ids),
            ProviderEvent.fate == "mismatch",
            ProviderEvent.entry_id.is_not(None),
            ParkedAnswer.event_id.is_(None),
        )
    )
    return frozenset(uow.session.scalars(fares.union(fees, refunds, waiting)))

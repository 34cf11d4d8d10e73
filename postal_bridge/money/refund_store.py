"""Queries and locks of money that goes back by transfer. Never commits; scope as ever."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.marks import DOSSIER_ID, sum_of
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money.refund_rules import RefundStatus
from postal_bridge.money.refund_tables import (
    RefundAccountRow,
    RefundDebtRow,
    RefundFileRow,
    RefundOrderRow,
    RefundStepRow,
)
from postal_bridge.money.store import seen_by

ENDED, FAILED = ("pay", "refuse"), ("refuse", "come_back")
REFUNDS_MARK = sum_of(RefundDebtRow.version, where=RefundDebtRow.dossier_id == DOSSIER_ID)


def debt(uow: ReadUnit, payment_id: UUID, scope: Scope, *, lock: bool = False) -> RefundDebtRow:
    """Raises NotFound outside the scope."""
    query = select(RefundDebtRow).where(
        RefundDebtRow.payment_id == payment_id, seen_by(scope, RefundDebtRow)
    )
    row = uow.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound
    return row


def debts_of_dossier(uow: ReadUnit, dossier_id: UUID) -> Sequence[RefundDebtRow]:
    wanted = select(RefundDebtRow).where(RefundDebtRow.dossier_id == dossier_id)
    return uow.session.scalars(wanted.order_by(RefundDebtRow.owed_at)).all()


def debts_for(
    uow: ReadUnit, scope: Scope, statuses: Collection[RefundStatus], *, most: int
) -> Sequence[RefundDebtRow]:
    """Of these states, what has been owed longest first."""
    wanted = select(RefundDebtRow).where(
        RefundDebtRow.status.in_(statuses), seen_by(scope, RefundDebtRow)
    )
    wanted = wanted.order_by(RefundDebtRow.owed_at, RefundDebtRow.payment_id)
    return uow.session.scalars(wanted.limit(most)).all()


def lock_ordered(uow: UnitOfWork) -> Sequence[RefundDebtRow]:
    """Everything that waits for a file; who makes two at once takes each of them once."""
    wanted = select(RefundDebtRow).where(RefundDebtRow.status == RefundStatus.ORDERED)
    wanted = wanted.order_by(RefundDebtRow.owed_at, RefundDebtRow.payment_id)
    return uow.session.scalars(wanted.with_for_update()).all()


def orders_of(uow: ReadUnit, payment_ids: Collection[UUID]) -> dict[UUID, RefundOrderRow]:
    """The order made last for each of them."""
    wanted = select(RefundOrderRow).where(RefundOrderRow.payment_id.in_(payment_ids))
    rows = uow.session.scalars(wanted.order_by(RefundOrderRow.no)).all()
    return {row.payment_id: row for row in rows}


def newest_accounts(uow: ReadUnit, payment_ids: Collection[UUID]) -> dict[UUID, RefundAccountRow]:
    """What each payment's citizen has named last."""
    wanted = select(RefundAccountRow).where(RefundAccountRow.payment_id.in_(payment_ids))
    rows = uow.session.scalars(wanted.order_by(RefundAccountRow.no)).all()
    return {row.payment_id: row for row in rows}


def last_failed(uow: ReadUnit, payment_ids: Collection[UUID]) -> dict[UUID, int]:
    """The number of the last order of each of them that the bank refused or returned."""
    wanted = (
        select(RefundOrderRow.payment_id, RefundOrderRow.no)
        .join(RefundStepRow, RefundStepRow.order_id == RefundOrderRow.id)
        .where(RefundOrderRow.payment_id.in_(payment_ids), RefundStepRow.kind.in_(FAILED))
        .order_by(RefundOrderRow.no)
    )
    return {row.payment_id: row.no for row in uow.session.execute(wanted)}


def order_by_reference(uow: ReadUnit, reference: str) -> RefundOrderRow | None:
    wanted = select(RefundOrderRow).where(RefundOrderRow.reference == reference)
    return uow.session.scalars(wanted).one_or_none()


def step(uow: ReadUnit, order_id: UUID, kind: str) -> RefundStepRow | None:
    return uow.session.get(RefundStepRow, (order_id, kind))


def steps_of(uow: ReadUnit, order_ids: Collection[UUID]) -> Sequence[RefundStepRow]:
    wanted = select(RefundStepRow).where(RefundStepRow.order_id.in_(order_ids))
    return uow.session.scalars(wanted.order_by(RefundStepRow.at)).all()


def next_file_number(uow: UnitOfWork) -> int:
    """The home's next; whoever asks waits for whoever asked before."""
    uow.queue_for_home()
    return 1 + (uow.session.scalar(select(func.max(RefundFileRow.number))) or 0)


def file(uow: ReadUnit, file_id: UUID) -> RefundFileRow:
    """Raises NotFound."""
    row = uow.session.get(RefundFileRow, file_id)
    if row is None:
        raise NotFound
    return row


def file_by_number(uow: ReadUnit, number: int) -> RefundFileRow:
    """Raises NotFound."""
    row = uow.session.scalars(
        select(RefundFileRow).where(RefundFileRow.number == number)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def files(uow: ReadUnit, *, most: int) -> Sequence[RefundFileRow]:
    """The latest first."""
    wanted = select(RefundFileRow).order_by(RefundFileRow.number.desc()).limit(most)
    return uow.session.scalars(wanted).all()


def orders_in_file(uow: ReadUnit, file_id: UUID) -> Sequence[RefundOrderRow]:
    wanted = (
        select(RefundOrderRow)
        .join(RefundStepRow, RefundStepRow.order_id == RefundOrderRow.id)
        .where(RefundStepRow.file_id == file_id)
        .order_by(RefundOrderRow.at, RefundOrderRow.reference)
    )
    return uow.session.scalars(wanted).all()


def lock_debts(uow: UnitOfWork, payment_ids: Collection[UUID]) -> Mapping[UUID, RefundDebtRow]:
    """By payment, always in one order, so that two who lock some of the same do not cross."""
    wanted = select(RefundDebtRow).where(RefundDebtRow.payment_id.in_(payment_ids))
    wanted = wanted.order_by(RefundDebtRow.owed_at, RefundDebtRow.payment_id)
    return {row.payment_id: row for row in uow.session.scalars(wanted.with_for_update())}


def waiting_orders(uow: ReadUnit, file_id: UUID) -> Sequence[RefundOrderRow]:
    """Of the file, what the bank has neither carried out nor refused."""
    orders = orders_in_file(uow, file_id)
    steps = steps_of(uow, [order.id for order in orders])
    ended = {step.order_id for step in steps if step.kind in ENDED}
    return [order for order in orders if order.id not in ended]


def waiting_files(uow: ReadUnit) -> Iterator[tuple[RefundFileRow, int, int]]:
    """Each file that waits for the bank, with how many orders and how much."""
    sent, over = aliased(RefundStepRow), aliased(RefundStepRow)
    is_over = exists().where(over.order_id == sent.order_id, over.kind.in_(ENDED))
    wanted = (
        select(RefundFileRow, func.count(), func.sum(RefundOrderRow.amount_vnd))
        .join(sent, sent.file_id == RefundFileRow.id)
        .join(RefundOrderRow, RefundOrderRow.id == sent.order_id)
        .where(~is_over)
        .group_by(RefundFileRow.id)
        .order_by(RefundFileRow.number)
    )
    for file, orders, amount_vnd in uow.session.execute(wanted):
        yield file, orders, int(amount_vnd)


def paid_in_file(uow: ReadUnit, file_id: UUID, transaction: str) -> int:
    """How much of the file this transaction of the bank has carried out."""
    sent, paid = aliased(RefundStepRow), aliased(RefundStepRow)
    wanted = (
        select(func.sum(RefundOrderRow.amount_vnd))
        .join(sent, sent.order_id == RefundOrderRow.id)
        .join(paid, paid.order_id == RefundOrderRow.id)
        .where(sent.file_id == file_id, paid.bank_transaction == transaction)
    )
    return int(uow.session.scalar(wanted) or 0)


def is_paid_by(uow: ReadUnit, transaction: str) -> bool:
    wanted = select(exists().where(RefundStepRow.bank_transaction == transaction))
    return bool(uow.session.scalar(wanted))

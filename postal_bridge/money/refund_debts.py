"""What is owed back by transfer: it is a debt from the moment a payment is given back. Parts.

It stands on an account of its own (`refund_owed:PAYMENT`) until the bank's statement says that it
left. Nobody's account number is read here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money import refund_store
from postal_bridge.money.payment_views import PaymentView
from postal_bridge.money.refund_rules import RefundAction, RefundStatus, next_status
from postal_bridge.money.refund_tables import RefundDebtRow, RefundOrderRow, RefundStepRow
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.tables import PaymentRow

REFUNDS_MARK = refund_store.REFUNDS_MARK


@dataclass(frozen=True, slots=True)
class RefundDebt:
    """One payment that goes back by transfer.

    Attributes
    ----------
    reference : of the order made last; None before one
    bank_bin : of the bank it goes to
    why_again : "refuse" or "come_back" where an order before came to nothing, with `words`
    paid_at : when we learnt that it had left
    """

    payment_id: UUID
    dossier_id: UUID
    unit_id: UUID
    amount_vnd: int
    status: RefundStatus
    owed_at: datetime
    reference: str | None
    bank_bin: str | None
    ordered_at: datetime | None
    paid_at: datetime | None
    why_again: str | None
    words: str


def owe(
    uow: UnitOfWork, payment: PaymentRow, amount_vnd: int, entry_id: UUID, *, actor: Actor
) -> None:
    """The payment was given back, and so much of it is to go by transfer."""
    row = RefundDebtRow(
        payment_id=payment.id,
        dossier_id=payment.dossier_id,
        unit_id=payment.unit_id,
        section_id=payment.section_id,
        amount_vnd=amount_vnd,
        entry_id=entry_id,
        owed_at=uow.now,
        status=RefundStatus.OWED.value,
    )
    uow.session.add(row)
    uow.session.flush()
    say(uow, row, "owed", {"amount_vnd": amount_vnd}, actor)


def entries_of_debts(uow: ReadUnit, dossier_id: UUID) -> frozenset[UUID]:
    """The entries by which something became owed by transfer."""
    return frozenset(row.entry_id for row in refund_store.debts_of_dossier(uow, dossier_id))


def refunds_by_transfer(
    uow: ReadUnit, dossier_id: UUID, payments: Iterable[PaymentView], *, has_ended: bool = False
) -> tuple[RefundDebt, ...]:
    """What of these payments goes back by transfer; asked for only where one was given back.

    `has_ended`: a fare of the dossier was called off, and may be owed by transfer.
    """
    if not has_ended and all(one.status is not PaymentStatus.REFUNDED for one in payments):
        return ()
    return tuple(refund_debts_of(uow, dossier_id).values())


def refund_debts_of(uow: ReadUnit, dossier_id: UUID) -> dict[UUID, RefundDebt]:
    """By payment. Who may see the dossier is the caller's check."""
    rows = refund_store.debts_of_dossier(uow, dossier_id)
    return {one.payment_id: one for one in views(uow, rows)}


def views(uow: ReadUnit, rows: Sequence[RefundDebtRow]) -> tuple[RefundDebt, ...]:
    orders = refund_store.orders_of(uow, [row.payment_id for row in rows])
    steps: dict[UUID, dict[str, RefundStepRow]] = {}
    for step in refund_store.steps_of(uow, [order.id for order in orders.values()]):
        steps.setdefault(step.order_id, {})[step.kind] = step
    return tuple(_view(row, orders.get(row.payment_id), steps) for row in rows)


def move(uow: UnitOfWork, row: RefundDebtRow, action: RefundAction) -> None:
    """Raises MoveNotOpen."""
    row.status = next_status(RefundStatus(row.status), action).value
    uow.session.flush()


def say(
    uow: UnitOfWork, row: RefundDebtRow, what: str, body: Mapping[str, object], actor: Actor
) -> None:
    """The dossier's journal has every step, without the account and its holder."""
    streams.append(
        uow,
        streams.journal_stream(f"dossier:{row.dossier_id}"),
        f"refund_{what}",
        {"payment_id": str(row.payment_id), **body},
        actor=actor,
    )


def _view(
    row: RefundDebtRow, order: RefundOrderRow | None, steps: dict[UUID, dict[str, RefundStepRow]]
) -> RefundDebt:
    own = {} if order is None else steps.get(order.id, {})
    is_owed = row.status == RefundStatus.OWED
    again = next((own[kind] for kind in ("come_back", "refuse") if kind in own), None)
    is_live = order is not None and not is_owed
    return RefundDebt(
        payment_id=row.payment_id,
        dossier_id=row.dossier_id,
        unit_id=row.unit_id,
        amount_vnd=row.amount_vnd,
        status=RefundStatus(row.status),
        owed_at=row.owed_at,
        reference=order.reference if order and is_live else None,
        bank_bin=order.bank_bin if order and is_live else None,
        ordered_at=order.at if order and is_live else None,
        paid_at=own["pay"].at if "pay" in own and not is_owed else None,
        why_again=again.kind if again and is_owed else None,
        words=(again.words or "") if again and is_owed else "",
    )

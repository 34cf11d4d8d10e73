"""A fee is stated anew after acceptance: the rest becomes due, or what is too much is owed back.

Nothing that was paid or receipted changes: a further receipt, or a refund slip, names the first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.outbox import Message
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money import fee_change_store as store
from postal_bridge.money.dues import FeeDue
from postal_bridge.money.errors import FeeUnchanged, GroundMissing
from postal_bridge.money.fee_change_rules import (
    OPEN,
    FeeChangeAction,
    FeeChangeReason,
    FeeChangeStatus,
    RefundWay,
    needs_second_person,
    step_for,
)
from postal_bridge.money.fee_change_tables import FeeChangeRow, FeeRefundRow
from postal_bridge.money.payments import move_payment
from postal_bridge.money.rules import PaymentAction, PaymentStatus
from postal_bridge.money.tables import PaymentRow
from postal_bridge.money.topics import FEE_BACK_DUE, FEE_MORE_DUE

FEE_CHANGES_MARK = store.FEE_CHANGES_MARK
MOST = 200


@dataclass(frozen=True, slots=True)
class FeeStated:
    """What the agency says the fee is from now on.

    Attributes
    ----------
    fee : the fee with its new amount
    legal_ground : the instrument that says so
    at_door : the rest is paid with the result, and the work goes on meanwhile
    """

    dossier_id: UUID
    unit_id: UUID
    section_id: UUID
    fee: FeeDue
    reason: FeeChangeReason
    legal_ground: str
    at_door: bool = False


@dataclass(frozen=True, slots=True)
class FeeRefundView:
    """The slip of what was given back."""

    id: UUID
    number: str
    dossier_id: UUID
    unit_id: UUID
    section_id: UUID
    amount_vnd: int
    way: RefundWay
    bank_reference: str | None
    issued_at: datetime
    issued_by: str
    second_person: str | None


@dataclass(frozen=True, slots=True)
class FeeChangeView:
    """One fee stated anew.

    Attributes
    ----------
    amount_vnd : what is to pay, or to give back
    corrects : numbers of the receipts before
    payment_id : the payment that settles it, once one was asked for
    """

    id: UUID
    dossier_id: UUID
    unit_id: UUID
    section_id: UUID
    fee: FeeDue
    paid_vnd: int
    amount_vnd: int
    reason: FeeChangeReason
    legal_ground: str
    at_door: bool
    corrects: tuple[str, ...]
    status: FeeChangeStatus
    stated_by: str
    stated_at: datetime
    settled_at: datetime | None
    payment_id: UUID | None
    refund: FeeRefundView | None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_more(self) -> bool:
        return self.fee.amount_vnd > self.paid_vnd

    @property
    def needs_second_person(self) -> bool:
        return not self.is_more and needs_second_person(self.amount_vnd)


def state_fee(uow: UnitOfWork, stated: FeeStated, *, actor: Actor) -> FeeChangeView | None:
    """The rest waits to be paid or given back; None where the fee is again what was paid.

    What waited for the same fee is replaced, and its open payment ends.

    Raises
    ------
    FeeUnchanged
        It is what was paid already, and nothing waited.
    GroundMissing
    """
    if not stated.legal_ground.strip():
        raise GroundMissing
    fee = stated.fee
    paid_vnd = store.fees_paid(uow, stated.dossier_id).get(fee.code, 0)
    before = store.open_of_fee(uow, stated.dossier_id, fee.code)
    step = step_for(paid_vnd, fee.amount_vnd)
    if before is None and step is None:
        raise FeeUnchanged(amount_vnd=fee.amount_vnd)
    if before is not None:
        _replace(uow, before, actor)
    if step is None:
        return None
    row = FeeChangeRow(
        id=new_id(),
        dossier_id=stated.dossier_id,
        unit_id=stated.unit_id,
        section_id=stated.section_id,
        fee_code=fee.code,
        fee_name=fee.name,
        fee_kind=fee.kind,
        paid_vnd=paid_vnd,
        new_vnd=fee.amount_vnd,
        reason=stated.reason,
        legal_ground=stated.legal_ground.strip(),
        at_door=stated.at_door and step.status is FeeChangeStatus.DUE,
        corrects=list(store.receipts_for(uow, stated.dossier_id, fee.code)),
        status=step.status,
        stated_by=actor.ref,
        stated_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    _say(uow, row, "fee_stated", actor)
    _tell(uow, row)
    return view_of(uow, row)


def ask_no_rest(uow: UnitOfWork, dossier_id: UUID, *, actor: Actor) -> None:
    """The dossier has ended: no rest is asked for any more; what is owed back stays owed."""
    for row in store.of_dossier(uow, dossier_id):
        if row.status == FeeChangeStatus.DUE:
            _replace(uow, row, actor)


def fee_change(uow: ReadUnit, change_id: UUID, *, actor: Actor) -> FeeChangeView:
    """Raises NotFound outside the actor's scope."""
    return view_of(uow, store.change(uow, change_id, actor.scope))


def fee_changes_of(uow: ReadUnit, dossier_id: UUID) -> tuple[FeeChangeView, ...]:
    """Every time a fee of the dossier was stated anew, the oldest first."""
    return _views(uow, store.of_dossier(uow, dossier_id))


def fee_changes_waiting(uow: ReadUnit, *, actor: Actor) -> tuple[FeeChangeView, ...]:
    """What is to be taken or given back at the actor's offices."""
    return _views(uow, store.open_for(uow, actor.scope, limit=MOST))


def fees_paid(uow: ReadUnit, dossier_id: UUID) -> dict[str, int]:
    """What is paid of each fee, by its code."""
    return dict(store.fees_paid(uow, dossier_id))


def view_of(uow: ReadUnit, row: FeeChangeRow) -> FeeChangeView:
    return _views(uow, [row])[0]


def refund_view(row: FeeRefundRow) -> FeeRefundView:
    return FeeRefundView(
        id=row.id,
        number=f"{row.series}-{row.number:07d}",
        dossier_id=row.dossier_id,
        unit_id=row.unit_id,
        section_id=row.section_id,
        amount_vnd=row.amount_vnd,
        way=RefundWay(row.way),
        bank_reference=row.bank_reference,
        issued_at=row.issued_at,
        issued_by=row.actor,
        second_person=row.second_person,
    )


def _views(uow: ReadUnit, rows: Iterable[FeeChangeRow]) -> tuple[FeeChangeView, ...]:
    found = list(rows)
    given_back = [row.id for row in found if row.status == FeeChangeStatus.GIVEN_BACK]
    refunds = store.refunds_of(uow, given_back)
    return tuple(
        FeeChangeView(
            id=row.id,
            dossier_id=row.dossier_id,
            unit_id=row.unit_id,
            section_id=row.section_id,
            fee=FeeDue(row.fee_code, row.fee_name, row.fee_kind, row.new_vnd),
            paid_vnd=row.paid_vnd,
            amount_vnd=abs(row.new_vnd - row.paid_vnd),
            reason=FeeChangeReason(row.reason),
            legal_ground=row.legal_ground,
            at_door=row.at_door,
            corrects=tuple(row.corrects),
            status=FeeChangeStatus(row.status),
            stated_by=row.stated_by,
            stated_at=row.stated_at,
            settled_at=row.settled_at,
            payment_id=row.payment_id,
            refund=refund_view(refunds[row.id]) if row.id in refunds else None,
        )
        for row in found
    )


def _replace(uow: UnitOfWork, row: FeeChangeRow, actor: Actor) -> None:
    end_waiting_payment(uow, row, actor=actor)
    store.move(uow, row, FeeChangeAction.REPLACE)
    _say(uow, row, "fee_replaced", actor)


def end_waiting_payment(uow: UnitOfWork, row: FeeChangeRow, *, actor: Actor) -> None:
    """A transfer that was asked for and has not come is not waited for any more."""
    if row.payment_id is None:
        return
    payment = uow.session.get_one(PaymentRow, row.payment_id, with_for_update=True)
    if payment.status == PaymentStatus.PENDING:
        move_payment(uow, payment, PaymentAction.EXPIRE, actor=actor)


def _say(uow: UnitOfWork, row: FeeChangeRow, kind: str, actor: Actor) -> None:
    """The dossier's journal has what was stated, so that `verify` can tell."""
    body = {
        "change_id": str(row.id),
        "fee_code": row.fee_code,
        "paid_vnd": row.paid_vnd,
        "new_vnd": row.new_vnd,
        "reason": row.reason,
        "at_door": row.at_door,
    }
    stream = streams.journal_stream(f"dossier:{row.dossier_id}")
    streams.append(uow, stream, kind, body, actor=actor)


def _tell(uow: UnitOfWork, row: FeeChangeRow) -> None:
    """The citizen hears of it; where the dossier waits for it, its own move says so already."""
    if row.status == FeeChangeStatus.DUE and not row.at_door:
        return
    topic = FEE_MORE_DUE if row.status == FeeChangeStatus.DUE else FEE_BACK_DUE
    body = {"change_id": str(row.id), "dossier_id": str(row.dossier_id)}
    uow.outbox.add(Message(topic, body, order_key=str(row.dossier_id)))

"""A day's money of many offices, item by item, for the reconciliation. Parts that only look."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.clock import VIETNAM
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money import fee_change_store, reconciling_store
from postal_bridge.money.accounts import Purse
from postal_bridge.money.rules import PaymentStatus


@dataclass(frozen=True, slots=True)
class FeesOfDossier:
    """What the receipts of one day say was taken for an agency, and what was paid on for it."""

    dossier_id: UUID
    section_id: UUID
    unit_id: UUID
    receipt_numbers: tuple[str, ...]
    received_vnd: int
    remitted_vnd: int


@dataclass(frozen=True, slots=True)
class FeeWaiting:
    """An agency's fee that was asked for and not paid.

    `is_rest`: of a fee that was stated anew, beside what was paid of it before.
    """

    dossier_id: UUID
    section_id: UUID
    unit_id: UUID
    amount_vnd: int
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class CashNotHandedIn:
    """Taken at a door and still with the courier.

    `dossier_id` is None where no door explains it.
    """

    courier: str
    unit_id: UUID | None
    dossier_id: UUID | None
    amount_vnd: int


def fees_of_day(uow: ReadUnit, scope: Scope, day: date) -> tuple[FeesOfDossier, ...]:
    """One row for each dossier with a fee receipt or a refund of the day.

    A payment that was reversed counts nil; a part given back counts below zero, also on a day
    without a receipt.
    """
    found: dict[UUID, FeesOfDossier] = {}
    for row in reconciling_store.fee_receipts_of(uow, scope, day):
        dossier_id, section_id, unit_id, series, number, total_vnd, status, remitted_vnd = row
        before = found.get(dossier_id)
        if section_id is None:
            continue  # a fee receipt always names its section
        found[dossier_id] = FeesOfDossier(
            dossier_id,
            section_id,
            unit_id,
            (*(before.receipt_numbers if before else ()), f"{series}-{number:07d}"),
            (before.received_vnd if before else 0)
            + (0 if status == PaymentStatus.REFUNDED else total_vnd),
            (before.remitted_vnd if before else 0) + (remitted_vnd or 0),
        )
    for refund, taken_off_vnd in fee_change_store.refunds_of_day(uow, scope, day):
        before = found.get(refund.dossier_id)
        found[refund.dossier_id] = FeesOfDossier(
            refund.dossier_id,
            refund.section_id,
            refund.unit_id,
            (
                *(before.receipt_numbers if before else ()),
                f"{refund.series}-{refund.number:07d}",
            ),
            (before.received_vnd if before else 0) - refund.amount_vnd,
            (before.remitted_vnd if before else 0) - taken_off_vnd,
        )
    return tuple(found.values())


def fees_waiting(uow: ReadUnit, scope: Scope, day: date) -> tuple[FeeWaiting, ...]:
    """Fees asked for on the day and still not paid."""
    since = datetime.combine(day, time(), VIETNAM).astimezone(UTC)
    until = since + timedelta(days=1)
    rows = reconciling_store.waiting_payments(uow, scope, since, until)
    changes = fee_change_store.due_since(uow, scope, since, until)
    asked = {stated.payment_id for stated in changes}
    waiting = []
    for row in rows:
        if row.id in asked:
            continue  # named below, as the rest of its fee
        amount_vnd = sum(due["amount_vnd"] for due in row.dues if due["purse"] == Purse.FEE)
        if amount_vnd and row.section_id is not None:
            waiting.append(FeeWaiting(row.dossier_id, row.section_id, row.unit_id, amount_vnd))
    for stated in changes:
        rest_vnd = stated.new_vnd - stated.paid_vnd
        waiting.append(
            FeeWaiting(stated.dossier_id, stated.section_id, stated.unit_id, rest_vnd, True)
        )
    return tuple(waiting)


def cash_not_handed_in(uow: ReadUnit, scope: Scope) -> tuple[CashNotHandedIn, ...]:
    """What couriers still carry, door by door: what was handed in covered the oldest first."""
    left: list[CashNotHandedIn] = []
    for courier, unit_id, held_vnd in reconciling_store.couriers_holding(uow, scope):
        rest_vnd = held_vnd
        for _, dossier_id, amount_vnd, _ in reconciling_store.door_payments_of(uow, courier):
            share_vnd = min(rest_vnd, amount_vnd)
            if share_vnd <= 0:
                break
            left.append(CashNotHandedIn(courier, unit_id, dossier_id, share_vnd))
            rest_vnd -= share_vnd
        if rest_vnd > 0:
            left.append(CashNotHandedIn(courier, unit_id, None, rest_vnd))
    return tuple(left)

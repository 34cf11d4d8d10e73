"""The lives of a payment and of a clerk's drawer. Pure; fares are in `tariff.py`.

Source: design section 4; invariants M6 and M7.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from postal_bridge.kernel.errors import MoveNotOpen


class PaymentStatus(StrEnum):
    CREATED = "created"
    PENDING = "pending"
    PAID = "paid"
    EXPIRED = "expired"
    FAILED = "failed"
    REFUNDED = "refunded"
    MISMATCH = "mismatch"


class PaymentAction(StrEnum):
    REQUEST = "request"
    SETTLE = "settle"
    EXPIRE = "expire"
    REFUND = "refund"
    FLAG_MISMATCH = "flag_mismatch"
    WITHDRAW = "withdraw"


class PaymentCondition(StrEnum):
    """What has to hold besides the state; the caller checks it in the same unit of work."""

    NONE = "none"
    PROVIDER_SAYS_SO = "provider_says_so"  # verified message, same reference, same amount
    DELIVERY_STILL_WAITS = "delivery_still_waits"
    SECOND_PERSON = "second_person"


@dataclass(frozen=True, slots=True)
class PaymentMove:
    to: PaymentStatus
    condition: PaymentCondition = PaymentCondition.NONE


_S, _A, _C = PaymentStatus, PaymentAction, PaymentCondition

PAYMENT_MOVES: Mapping[tuple[PaymentStatus, PaymentAction], PaymentMove] = MappingProxyType(
    {
        (_S.CREATED, _A.REQUEST): PaymentMove(_S.PENDING),
        (_S.PENDING, _A.SETTLE): PaymentMove(_S.PAID, _C.PROVIDER_SAYS_SO),
        (_S.PENDING, _A.EXPIRE): PaymentMove(_S.EXPIRED),
        # Money that comes late is still the citizen's money: age refuses nothing.
        (_S.EXPIRED, _A.SETTLE): PaymentMove(_S.PAID, _C.DELIVERY_STILL_WAITS),
        # What it was for is cancelled: money that comes now is parked, to be given back.
        (_S.PENDING, _A.WITHDRAW): PaymentMove(_S.FAILED),
        (_S.EXPIRED, _A.WITHDRAW): PaymentMove(_S.FAILED),
        (_S.PAID, _A.REFUND): PaymentMove(_S.REFUNDED, _C.SECOND_PERSON),
        # The whole amount comes after all, or two people place what came: whoever sends another
        # amount under a payer's reference takes no way of paying from him.
        (_S.MISMATCH, _A.SETTLE): PaymentMove(_S.PAID, _C.PROVIDER_SAYS_SO),
        (_S.MISMATCH, _A.WITHDRAW): PaymentMove(_S.FAILED),
        (_S.CREATED, _A.FLAG_MISMATCH): PaymentMove(_S.MISMATCH),
        (_S.PENDING, _A.FLAG_MISMATCH): PaymentMove(_S.MISMATCH),
        (_S.PAID, _A.FLAG_MISMATCH): PaymentMove(_S.MISMATCH),
        (_S.EXPIRED, _A.FLAG_MISMATCH): PaymentMove(_S.MISMATCH),
        (_S.FAILED, _A.FLAG_MISMATCH): PaymentMove(_S.MISMATCH),
        (_S.REFUNDED, _A.FLAG_MISMATCH): PaymentMove(_S.MISMATCH),
    }
)

PAYMENT_TERMINAL = frozenset(_S) - {status for status, _ in PAYMENT_MOVES}


def next_payment_move(status: PaymentStatus, action: PaymentAction) -> PaymentMove:
    """Find the row for this action, or raise `MoveNotOpen`."""
    move = PAYMENT_MOVES.get((status, action))
    if move is None:
        raise MoveNotOpen(machine="payment", status=status.value, action=action.value)
    return move


class DrawerStatus(StrEnum):
    OPEN = "open"
    COUNTED = "counted"
    CLOSED = "closed"
    CONTESTED = "contested"


class DrawerAction(StrEnum):
    COUNT = "count"
    CLOSE = "close"
    CONTEST = "contest"
    RESOLVE = "resolve"


class DrawerCondition(StrEnum):
    NONE = "none"
    CLERK_SAW_POSTINGS = "clerk_saw_postings"  # invariant M7
    REASON = "reason"
    SECOND_PERSON = "second_person"


@dataclass(frozen=True, slots=True)
class DrawerMove:
    to: DrawerStatus
    condition: DrawerCondition = DrawerCondition.NONE


_DS, _DA, _DC = DrawerStatus, DrawerAction, DrawerCondition

DRAWER_MOVES: Mapping[tuple[DrawerStatus, DrawerAction], DrawerMove] = MappingProxyType(
    {
        (_DS.OPEN, _DA.COUNT): DrawerMove(_DS.COUNTED, _DC.CLERK_SAW_POSTINGS),
        (_DS.COUNTED, _DA.COUNT): DrawerMove(_DS.COUNTED, _DC.REASON),  # counted again
        (_DS.COUNTED, _DA.CLOSE): DrawerMove(_DS.CLOSED),
        (_DS.COUNTED, _DA.CONTEST): DrawerMove(_DS.CONTESTED, _DC.REASON),
        # A contested drawer closes when another person has decided about the difference.
        (_DS.CONTESTED, _DA.RESOLVE): DrawerMove(_DS.CLOSED, _DC.SECOND_PERSON),
    }
)

DRAWER_TERMINAL = frozenset(_DS) - {status for status, _ in DRAWER_MOVES}


def next_drawer_move(status: DrawerStatus, action: DrawerAction) -> DrawerMove:
    """Find the row for this action, or raise `MoveNotOpen`."""
    move = DRAWER_MOVES.get((status, action))
    if move is None:
        raise MoveNotOpen(machine="drawer", status=status.value, action=action.value)
    return move


def owed_vnd(status: DrawerStatus, expected_vnd: int, counted_vnd: int) -> int:
    """Return what the clerk owes: the shortage, and nothing while it is contested (M7)."""
    if status is DrawerStatus.CONTESTED:
        return 0
    return max(0, expected_vnd - counted_vnd)

from itertools import product

import pytest

from postal_bridge.kernel.errors import MoveNotOpen
from postal_bridge.money.rules import (
    DRAWER_MOVES,
    DRAWER_TERMINAL,
    PAYMENT_MOVES,
    DrawerAction,
    DrawerCondition,
    DrawerStatus,
    PaymentAction,
    PaymentCondition,
    PaymentStatus,
    next_drawer_move,
    next_payment_move,
    owed_vnd,
)

P, D = PaymentStatus, DrawerStatus


def test_a_payment_moves_exactly_as_the_design_says() -> None:
    assert {(a.value, move.to.value) for (a, _), move in PAYMENT_MOVES.items()} == {
        ("created", "pending"),
        ("pending", "paid"),
        ("pending", "expired"),
        ("pending", "failed"),
        ("expired", "paid"),
        ("expired", "failed"),  # what it was for is cancelled
        ("paid", "refunded"),
        ("mismatch", "paid"),  # the whole amount came, or two people placed what did
        ("mismatch", "failed"),  # what it was for is cancelled
        *((status.value, "mismatch") for status in P if status is not P.MISMATCH),
    }


def test_late_money_is_taken_while_its_delivery_waits() -> None:
    late = next_payment_move(P.EXPIRED, PaymentAction.SETTLE)
    assert (late.to, late.condition) == (P.PAID, PaymentCondition.DELIVERY_STILL_WAITS)


@pytest.mark.parametrize(("status", "action"), list(product(P, PaymentAction)))
def test_what_is_no_row_cannot_happen_to_a_payment(
    status: PaymentStatus, action: PaymentAction
) -> None:
    if (status, action) in PAYMENT_MOVES:
        assert next_payment_move(status, action) is PAYMENT_MOVES[status, action]
    else:
        with pytest.raises(MoveNotOpen):
            next_payment_move(status, action)


def test_a_drawer_moves_exactly_as_the_design_says() -> None:
    assert {(a.value, move.to.value) for (a, _), move in DRAWER_MOVES.items()} == {
        ("open", "counted"),
        ("counted", "counted"),
        ("counted", "closed"),
        ("counted", "contested"),
        ("contested", "closed"),
    }
    assert {D.CLOSED} == DRAWER_TERMINAL
    assert DRAWER_MOVES[D.OPEN, DrawerAction.COUNT].condition is DrawerCondition.CLERK_SAW_POSTINGS


@pytest.mark.parametrize(("status", "action"), list(product(D, DrawerAction)))
def test_what_is_no_row_cannot_happen_to_a_drawer(
    status: DrawerStatus, action: DrawerAction
) -> None:
    if (status, action) in DRAWER_MOVES:
        assert next_drawer_move(status, action) is DRAWER_MOVES[status, action]
    else:
        with pytest.raises(MoveNotOpen):
            next_drawer_move(status, action)


def test_a_contested_difference_is_not_owed() -> None:
    assert owed_vnd(D.CLOSED, 100_000, 90_000) == 10_000
    assert owed_vnd(D.CONTESTED, 100_000, 90_000) == 0
    assert owed_vnd(D.CLOSED, 100_000, 110_000) == 0

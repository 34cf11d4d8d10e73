from itertools import product

import pytest

from postal_bridge.delivery.rules import (
    CLOSED_WHILE_PARKED,
    MOVES,
    TERMINAL,
    DeliveryAction,
    DeliveryStatus,
    Payer,
    Proof,
    next_move,
)
from postal_bridge.kernel.errors import MoveNotOpen

S, A = DeliveryStatus, DeliveryAction

# Written a second time, as the design's text reads; holds and redirects apart.
DESIGN = """
registered: quoted cancelled
quoted: cleared cancelled
cleared: packed cancelled
packed: with_courier held_at_point cancelled
with_courier: out_for_delivery packed reported_delivered lost cancelled
out_for_delivery: handed_over attempt_failed with_courier reported_delivered lost
attempt_failed: held_at_point out_for_delivery undeliverable lost
held_at_point: handed_over out_for_delivery undeliverable lost
undeliverable: returning lost
returning: returned_to_issuer lost
lost: recovered
recovered: packed returning
reported_delivered: handed_over attempt_failed disputed
handed_over: disputed
disputed: confirmed lost
"""
IN_PLACE = {A.PARK, A.UNPARK, A.REDIRECT}


def test_a_delivery_moves_exactly_as_the_design_says() -> None:
    expected = {
        (S(line.split(":")[0]), S(to))
        for line in DESIGN.strip().splitlines()
        for to in line.split(":")[1].split()
    }
    moves = {(a, move.to) for (a, action), move in MOVES.items() if action not in IN_PLACE}
    assert moves == expected


@pytest.mark.parametrize(("status", "action"), list(product(S, A)))
def test_what_is_no_row_cannot_happen(status: DeliveryStatus, action: DeliveryAction) -> None:
    if (status, action) in MOVES:
        return
    with pytest.raises(MoveNotOpen):
        next_move(status, action)


def test_every_state_is_reachable_and_three_end_a_life() -> None:
    assert {move.to for move in MOVES.values()} | {S.REGISTERED} == set(S)
    assert {S.RETURNED_TO_ISSUER, S.CONFIRMED, S.CANCELLED} == TERMINAL


def test_each_way_into_handed_over_demands_the_proof() -> None:
    ways = [move.proof for move in MOVES.values() if move.to is S.HANDED_OVER]
    assert len(ways) == 3
    assert set(ways) == {Proof.DEMANDED}


def test_each_way_into_undeliverable_demands_a_case_of_the_law() -> None:
    ways = {a: move.proof for (a, _), move in MOVES.items() if move.to is S.UNDELIVERABLE}
    assert ways == {
        S.ATTEMPT_FAILED: Proof.UNDELIVERABLE_CASE,
        S.HELD_AT_POINT: Proof.INVITATIONS,
    }


def test_nobody_cancels_or_redirects_what_is_out_for_delivery() -> None:
    for action in (A.CANCEL, A.REDIRECT):
        statuses = {status for status, open_action in MOVES if open_action is action}
        assert statuses == {S.REGISTERED, S.QUOTED, S.CLEARED, S.PACKED, S.WITH_COURIER}


def test_a_redirect_needs_a_fresh_identity_check() -> None:
    proofs = {move.proof for (_, action), move in MOVES.items() if action is A.REDIRECT}
    assert proofs == {Proof.IDENTITY_CHECK}


def test_the_issuer_pays_the_way_back() -> None:
    assert next_move(S.UNDELIVERABLE, A.SEND_BACK).payer is Payer.ISSUER


def test_a_storm_consumes_no_attempt() -> None:
    for (status, action), move in MOVES.items():
        if action in (A.PARK, A.UNPARK):
            assert move.to is (S.WITH_COURIER if status is S.OUT_FOR_DELIVERY else status)
    for status, action in MOVES:
        if action in CLOSED_WHILE_PARKED:
            with pytest.raises(MoveNotOpen):
                next_move(status, action, is_parked=True)
    assert next_move(S.WITH_COURIER, A.BRING_BACK, is_parked=True).to is S.PACKED
    assert next_move(S.HELD_AT_POINT, A.HAND_OVER, is_parked=True).to is S.HANDED_OVER

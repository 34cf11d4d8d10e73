"""A fee stated anew: what follows is arithmetic, and which moves are open is a table."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_bridge.kernel.errors import MoveNotOpen
from postal_bridge.money.fee_change_rules import (
    FeeChangeAction,
    FeeChangeStatus,
    needs_second_person,
    next_status,
    second_person_above_vnd,
    step_for,
)

OPEN_MOVES = """
due pay paid
due replace replaced
replaced pay paid
owed give_back given_back
owed replace replaced
"""
VND = st.integers(0, 40).map(lambda steps: steps * 5_000)


@given(VND, VND)
def test_the_rest_brings_what_is_paid_to_the_new_fee_and_never_past_it(
    paid_vnd: int, new_vnd: int
) -> None:
    step = step_for(paid_vnd, new_vnd)
    if step is None:
        assert paid_vnd == new_vnd
        return
    assert step.amount_vnd > 0
    sign = 1 if step.status is FeeChangeStatus.DUE else -1
    assert paid_vnd + sign * step.amount_vnd == new_vnd


def test_only_the_written_moves_are_open() -> None:
    wanted = {tuple(line.split()) for line in OPEN_MOVES.strip().splitlines()}
    found = set()
    for status, action in product(FeeChangeStatus, FeeChangeAction):
        try:
            found.add((status.value, action.value, next_status(status, action).value))
        except MoveNotOpen:
            continue
    assert found == wanted


def test_the_limit_itself_is_one_persons_and_one_dong_more_is_not() -> None:
    limit_vnd = second_person_above_vnd()
    assert not needs_second_person(limit_vnd)
    assert needs_second_person(limit_vnd + 1)


def test_a_limit_that_is_no_amount_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fee_refund.toml"
    path.write_text('second_person_above_vnd = "nhiều"\n')
    with pytest.raises(ValueError, match="second_person_above_vnd"):
        second_person_above_vnd(path)

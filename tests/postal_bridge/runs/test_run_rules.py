from itertools import product

import pytest

from postal_bridge.kernel.errors import MoveNotOpen
from postal_bridge.runs.rules import (
    RUN_MOVES,
    RUN_TERMINAL,
    STOP_ANSWERED,
    STOP_MOVES,
    RunAction,
    RunStatus,
    StopAction,
    StopStatus,
    next_run_move,
    next_stop_status,
)


def test_a_run_moves_exactly_as_the_design_says() -> None:
    assert {(a.value, move.to.value) for (a, _), move in RUN_MOVES.items()} == {
        ("draft", "published"),
        ("published", "draft"),
        ("published", "loaded"),
        ("loaded", "on_road"),
        ("on_road", "closed"),
    }
    assert {RunStatus.CLOSED} == RUN_TERMINAL


@pytest.mark.parametrize(("status", "action"), list(product(RunStatus, RunAction)))
def test_what_is_no_row_cannot_happen_to_a_run(status: RunStatus, action: RunAction) -> None:
    if (status, action) in RUN_MOVES:
        assert next_run_move(status, action) is RUN_MOVES[status, action]
    else:
        with pytest.raises(MoveNotOpen):
            next_run_move(status, action)


@pytest.mark.parametrize(("status", "action"), list(product(StopStatus, StopAction)))
def test_what_is_no_row_cannot_happen_to_a_stop(status: StopStatus, action: StopAction) -> None:
    if (status, action) in STOP_MOVES:
        assert next_stop_status(status, action) in STOP_ANSWERED
    else:
        with pytest.raises(MoveNotOpen):
            next_stop_status(status, action)


def test_a_stop_once_done_stays_done() -> None:
    assert not [action for status, action in STOP_MOVES if status is StopStatus.DONE]

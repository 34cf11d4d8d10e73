from itertools import product

import pytest

from postal_bridge.custody.rules import (
    POUCH_MOVES,
    POUCH_TERMINAL,
    DelayOwner,
    PouchAction,
    PouchProof,
    PouchStatus,
    next_pouch_move,
)
from postal_bridge.kernel.errors import MoveNotOpen

S, A = PouchStatus, PouchAction


def test_a_pouch_moves_exactly_as_the_design_says() -> None:
    assert {(a.value, move.to.value) for (a, _), move in POUCH_MOVES.items()} == {
        ("open", "sealed"),
        ("sealed", "offered"),
        ("offered", "accepted"),
        ("offered", "closed_door"),
        ("offered", "sealed"),
        ("offered", "disputed"),
        ("closed_door", "offered"),
        ("accepted", "offered"),
        ("accepted", "opened"),
        ("disputed", "opened"),
    }
    assert {S.OPENED} == POUCH_TERMINAL


@pytest.mark.parametrize(("status", "action"), list(product(S, A)))
def test_what_is_no_row_cannot_happen(status: PouchStatus, action: PouchAction) -> None:
    if (status, action) in POUCH_MOVES:
        assert next_pouch_move(status, action) is POUCH_MOVES[status, action]
    else:
        with pytest.raises(MoveNotOpen):
            next_pouch_move(status, action)


def test_a_closed_door_is_the_agencys_delay() -> None:
    assert next_pouch_move(S.OFFERED, A.FIND_DOOR_CLOSED).delay is DelayOwner.AGENCY


def test_a_disputed_pouch_is_opened_before_a_second_person() -> None:
    assert next_pouch_move(S.DISPUTED, A.UNSEAL).proof is PouchProof.SECOND_PERSON

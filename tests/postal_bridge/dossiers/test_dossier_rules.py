from itertools import product

import pytest

from postal_bridge.directory.rules import AcceptanceMode
from postal_bridge.dossiers.rules import (
    CLOCK_STOPPED,
    MOVES,
    PAPERS_GO_HOME,
    TERMINAL,
    DossierAction,
    DossierProof,
    DossierStatus,
    NationalStatus,
    national_status,
    next_move,
)
from postal_bridge.kernel.errors import MoveNotOpen

S, A = DossierStatus, DossierAction

# Written a second time, as the design's text reads, without the actions' names.
DESIGN = """
draft: accepted
accepted: to_agency withdrawn cancelled
to_agency: received refused supplement_requested withdrawn
received: processing withdrawn
processing: supplement_requested payment_due result_ready withdrawn stopped
supplement_requested: processing received withdrawn stopped
payment_due: processing withdrawn
result_ready: returned
returned: correction
correction: result_ready
"""


def test_carrier_mode_moves_exactly_as_the_design_says() -> None:
    expected = {
        (S(line.split(":")[0]), S(to))
        for line in DESIGN.strip().splitlines()
        for to in line.split(":")[1].split()
    }
    assert {(a, move.to) for (a, _), move in MOVES.items() if move.only_in is None} == expected


def test_seated_mode_collapses_the_way_without_a_pouch() -> None:
    seated = AcceptanceMode.SEATED
    assert next_move(S.ACCEPTED, A.REGISTER, seated).to is S.RECEIVED
    assert next_move(S.ACCEPTED, A.REFUSE, seated).to is S.REFUSED
    for action in (A.REGISTER, A.REFUSE):
        with pytest.raises(MoveNotOpen):
            next_move(S.ACCEPTED, action, AcceptanceMode.CARRIER)


@pytest.mark.parametrize(("status", "action"), list(product(S, A)))
def test_what_is_no_row_cannot_happen(status: DossierStatus, action: DossierAction) -> None:
    if (status, action) in MOVES:
        return
    with pytest.raises(MoveNotOpen) as refusal:
        next_move(status, action, AcceptanceMode.SEATED)
    said = {"machine": "dossier", "status": status.value, "action": action.value}
    assert refusal.value.params == said


def test_every_state_is_reachable_and_four_end_a_life() -> None:
    assert {move.to for move in MOVES.values()} | {S.DRAFT} == set(S)
    assert {S.REFUSED, S.WITHDRAWN, S.STOPPED, S.CANCELLED} == TERMINAL
    assert TERMINAL - {S.CANCELLED} == PAPERS_GO_HOME


def test_returned_means_handed_over_or_issued_electronically_and_nothing_less() -> None:
    proofs = {move.proof for move in MOVES.values() if move.to is S.RETURNED}
    assert proofs == {DossierProof.DELIVERY_HANDED_OVER, DossierProof.ELECTRONIC_ISSUE}


def test_only_waiting_for_the_citizen_stops_the_clock() -> None:
    assert {S.SUPPLEMENT_REQUESTED, S.PAYMENT_DUE} == CLOCK_STOPPED


def test_national_codes_and_what_is_never_reported() -> None:
    codes = {status.value: national_status(status) for status in S}
    reported = (1, 1, 1, 2, 3, 4, 5, 6, 9, 10, 9, 7, 8)
    assert codes == dict(zip(map(str, S), (*reported, None), strict=True))


def test_one_portal_may_want_other_codes() -> None:
    as_nine = {NationalStatus.SUPPLEMENT: 9}
    assert national_status(S.SUPPLEMENT_REQUESTED, as_nine) == 9
    assert national_status(S.PAYMENT_DUE, as_nine) == 6

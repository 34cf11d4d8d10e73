"""A fare refused at the door: held to be paid for at the point, or sent back, by contract."""

import pytest

from postal_bridge.counter.citizen import citizen_of, page_of
from postal_bridge.delivery.errors import PaymentMissing
from postal_bridge.delivery.refused_fare import (
    CLOSED,
    RefusedGoesBack,
    RefusedIsHeld,
    after_refusal,
    check_after_refusal,
)
from postal_bridge.delivery.rules import MOVES, DeliveryAction, DeliveryStatus
from postal_bridge.delivery.service import (
    approve_undo_of_delivery,
    ask_undo_of_delivery,
    delivery_view,
    fail,
    give_up,
    hand_over_to,
    hold,
    set_out,
    verify_delivery,
)
from postal_bridge.delivery.types import HandOverTo
from postal_bridge.delivery.undeliverable import FailureReason
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.directory.rules import FareRefused
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.money.service import fare_ends_of, verify_ledger
from tests.builders.delivery import Scene, a_failure, a_proof, a_scene, number_on
from tests.builders.delivery_acts import act
from tests.postal_bridge.delivery.test_handing_over import payable

A, S = DeliveryAction, DeliveryStatus
REFUSED = FailureReason.FEE_REFUSED


@pytest.mark.parametrize("term", list(FareRefused))
def test_a_refused_fare_leaves_one_way_open_and_another_reason_all(term: FareRefused) -> None:
    said = after_refusal(term, S.ATTEMPT_FAILED, REFUSED)
    assert said is term
    open_to = {FareRefused.HOLD: A.HOLD, FareRefused.RETURN: A.GIVE_UP}
    check_after_refusal(said, S.ATTEMPT_FAILED, open_to[term])
    for action in CLOSED[term]:
        assert (S.ATTEMPT_FAILED, action) in MOVES  # the table alone would let it happen
        with pytest.raises((RefusedIsHeld, RefusedGoesBack)):
            check_after_refusal(said, S.ATTEMPT_FAILED, action)
        check_after_refusal(said, S.HELD_AT_POINT, action)  # what is held has its own rules
        check_after_refusal(
            after_refusal(term, S.ATTEMPT_FAILED, FailureReason.ABSENT), S.ATTEMPT_FAILED, action
        )
    assert after_refusal(term, S.OUT_FOR_DELIVERY, REFUSED) is None  # somebody goes there again
    assert after_refusal(term, S.ATTEMPT_FAILED, None) is None


def refused(uow: UnitOfWork, scene: Scene, term: FareRefused) -> DeliveryView:
    """The courier was at the door, and the fare was refused."""
    made = payable(uow, scene, fare_refused=term)
    return fail(uow, made.id, a_failure(REFUSED), actor=scene.courier)


def says(uow: ReadUnit, made: DeliveryView) -> str:
    citizen = citizen_of(made.dossier_id)
    return page_of(uow, made.dossier_id, "vi", actor=citizen).sentence


def ends(uow: ReadUnit, scene: Scene, made: DeliveryView) -> list[tuple[str, int]]:
    found = fare_ends_of(uow, made.dossier_id, actor=scene.clerk)
    return [(one.why, one.owed_vnd) for one in found]


def check_clean(units: Units) -> None:
    with units.read() as uow:
        assert [*verify_delivery(uow), *verify_ledger(uow)] == []


def test_by_contract_it_goes_back_at_once_and_nobody_owes_the_fare(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = refused(uow, scene, FareRefused.RETURN)
        owed_vnd = made.collect_vnd
        assert owed_vnd
        assert says(uow, made) == "citizen_says_fare_refused_return"
        with pytest.raises(RefusedGoesBack):
            hold(uow, made.id, actor=scene.clerk)
        with pytest.raises(RefusedGoesBack):
            set_out(uow, made.id, scene.courier_id, actor=scene.courier)
        given_up = give_up(uow, made.id, REFUSED, actor=scene.clerk)
        assert (given_up.status, given_up.collect_vnd) == (S.UNDELIVERABLE, 0)
        assert ends(uow, scene, made) == [("undeliverable", 0)]
        undo = ask_undo_of_delivery(uow, made.id, "Ghi nhầm hồ sơ khác", actor=scene.clerk)
        approve_undo_of_delivery(uow, undo.id, actor=scene.supervisor)
        again = delivery_view(uow, made.id, scene.clerk.scope)
        assert (again.status, again.collect_vnd) == (S.ATTEMPT_FAILED, owed_vnd)
        assert ends(uow, scene, made) == []
        give_up(uow, made.id, REFUSED, actor=scene.clerk)
        assert says(uow, made) == "citizen_says_fare_refused_return"
        act(uow, scene, made, A.SEND_BACK)
        act(uow, scene, made, A.RETURN)
        assert says(uow, made) == "citizen_says_returned_to_issuer"
        uow.commit()
    check_clean(units)


def test_by_default_it_is_held_and_given_out_only_against_the_fare(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = refused(uow, scene, FareRefused.HOLD)
        assert says(uow, made) == "citizen_says_attempt_failed_hold"
        with pytest.raises(RefusedIsHeld):
            give_up(uow, made.id, REFUSED, actor=scene.clerk)
        held = act(uow, scene, made, A.HOLD)
        assert (held.status, held.collect_vnd) == (S.HELD_AT_POINT, made.collect_vnd)
        assert says(uow, made) == "citizen_says_held_at_point_hold"
        assert ends(uow, scene, made) == []
        proof, number = a_proof(uow, held), number_on(uow, held)
        with pytest.raises(PaymentMissing):
            hand_over_to(uow, HandOverTo(made.id, proof, number), actor=scene.clerk)
        paid = HandOverTo(made.id, proof, number, 0, held.collect_vnd)
        given = hand_over_to(uow, paid, actor=scene.clerk)
        assert (given.status, given.collect_vnd) == (S.HANDED_OVER, 0)
        uow.commit()
    check_clean(units)

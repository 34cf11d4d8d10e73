"""A run from the draft to the evening: scans, the road, and what comes back."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_bridge.custody.service import item_view
from postal_bridge.delivery.errors import ItemElsewhere
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus
from postal_bridge.delivery.service import delivery_view, fail, give_to_courier
from postal_bridge.delivery.undeliverable import FailureReason, NextStep
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.directory.rules import FareRefused
from postal_bridge.kernel.errors import MoveNotOpen, NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.people.service import looks_of
from postal_bridge.runs.errors import (
    AlreadyOnRun,
    EnvelopesCrossed,
    ItemNotOnRun,
    ItemsMissing,
    LabelDiffers,
    NotACourier,
    NothingToDeliver,
    StopsOpen,
)
from postal_bridge.runs.rules import RunStatus, StopAction
from postal_bridge.runs.scanning import check_labels
from postal_bridge.runs.service import (
    answer_delivery_stop,
    close,
    courier_runs,
    draft,
    leave_out_delivery,
    load,
    start,
    verify_runs,
)
from postal_bridge.runs.types import DraftRun, LoadRun, Scan
from tests.builders.delivery import Scene, a_failure, a_scene, number_on
from tests.builders.delivery_acts import act, packed
from tests.builders.people import a_clerk, a_courier
from tests.builders.runs import SCANNED, closing, drafted, loaded, on_road, published, scans


def status_of(uow: ReadUnit, scene: Scene, delivery: DeliveryView) -> DeliveryStatus:
    return delivery_view(uow, delivery.id, scene.clerk.scope).status


def test_a_run_takes_what_waits_at_the_point_and_nothing_twice(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        waiting = [packed(uow, scene) for _ in range(3)]
        parked = act(uow, scene, packed(uow, scene), DeliveryAction.PARK)
        run = drafted(uow, scene)
        assert {stop.delivery_id for stop in run.stops} == {one.id for one in waiting}
        with pytest.raises(NothingToDeliver):
            drafted(uow, scene)
        with pytest.raises(AlreadyOnRun):
            drafted(uow, scene, (waiting[0],))
        with pytest.raises(MoveNotOpen):
            drafted(uow, scene, (parked,))


def test_only_a_courier_is_given_a_run(units: Units) -> None:
    scene = a_scene(units)
    clerk = a_clerk(units, "binh-thanh")
    with units.write() as uow:
        one = packed(uow, scene)
        run = drafted(uow, scene, (one,))
        new = DraftRun(run.point_id, UUID(clerk.id), run.day, None)
        with pytest.raises(NotACourier):
            draft(uow, new, actor=scene.clerk)


def test_loading_names_what_is_foreign_and_what_is_missing_and_then_moves_nothing(
    units: Units,
) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        mine, also, foreign = (packed(uow, scene) for _ in range(3))
        run = published(uow, scene, mine, also)
        first, second = scans(run)
        stranger = number_on(uow, foreign)
        command = LoadRun(run.id, (first, second, Scan(stranger)), courier_signed=SCANNED)
        with pytest.raises(ItemNotOnRun) as refused:
            load(uow, command, actor=scene.clerk)
        assert refused.value.params == {"number": stranger}
        with pytest.raises(ItemsMissing) as lacking:
            load(uow, LoadRun(run.id, (first,), courier_signed=SCANNED), actor=scene.clerk)
        assert lacking.value.params == {"count": 1, "numbers": second.item_number}
        assert mine.item_id is not None
        assert item_view(uow, mine.item_id).holder == scene.at.point
        left = LoadRun(run.id, (first,), frozenset({second.item_number}), SCANNED)
        assert load(uow, left, actor=scene.clerk).status is RunStatus.LOADED
        assert item_view(uow, mine.item_id).holder == scene.bag
        assert status_of(uow, scene, also) is DeliveryStatus.PACKED


def test_two_crossed_envelopes_are_both_named_before_he_leaves(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        run = published(uow, scene, *(packed(uow, scene) for _ in range(3)))
        one, two, three = scans(run)
        crossed = (Scan(one.item_number, two.label), Scan(two.item_number, one.label), three)
        with pytest.raises(EnvelopesCrossed) as refused:
            load(uow, LoadRun(run.id, crossed, courier_signed=SCANNED), actor=scene.clerk)
        assert set(refused.value.params.values()) == {one.item_number, two.item_number}
        lone = (Scan(one.item_number, "NOBODYS234"), two, three)
        with pytest.raises(LabelDiffers):
            load(uow, LoadRun(run.id, lone, courier_signed=SCANNED), actor=scene.clerk)


@given(st.permutations(range(6)))
def test_any_exchange_of_labels_is_found_and_a_pair_is_named(order: list[int]) -> None:
    own = {f"N{number}": f"L{number}" for number in range(6)}
    worn = [Scan(f"N{at}", f"L{label}") for at, label in enumerate(order)]
    pairs = {
        frozenset({f"N{at}", f"N{label}"})
        for at, label in enumerate(order)
        if at != label and order[label] == at
    }
    if order == sorted(order):
        check_labels(worn, own)
        return
    with pytest.raises((EnvelopesCrossed, LabelDiffers)) as found:
        check_labels(worn, own)
    if pairs:
        assert frozenset(found.value.params.values()) in pairs
    else:
        assert isinstance(found.value, LabelDiffers)


def test_a_delivery_is_with_the_courier_only_when_its_envelope_is(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = packed(uow, scene)
        with pytest.raises(ItemElsewhere):
            give_to_courier(uow, made.id, scene.courier_id, actor=scene.clerk)


def test_a_day_ends_with_every_envelope_in_a_hand_or_at_the_point(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        given, absent, retried, unreached = (packed(uow, scene) for _ in range(4))
        run = on_road(uow, scene, given, absent, retried, unreached)
        act(uow, scene, given, DeliveryAction.HAND_OVER)
        answer_delivery_stop(uow, given.id, StopAction.FINISH, actor=scene.courier)
        for one, step in (
            (absent, NextStep.HOLD_NOTIFY), (retried, NextStep.RETRY_NEXT_WORKING_DAY),
        ):  # fmt: skip
            failure = a_failure(FailureReason.ABSENT, next_step=step)
            fail(uow, one.id, failure, actor=scene.courier)
            answer_delivery_stop(uow, one.id, StopAction.FAIL, actor=scene.courier)
        numbers = [number_on(uow, one) for one in (absent, retried, unreached)]
        with pytest.raises(StopsOpen):
            close(uow, closing(run.id, *numbers), actor=scene.clerk)
        leave_out_delivery(uow, unreached.id, actor=scene.courier)
        with pytest.raises(ItemsMissing):
            close(uow, closing(run.id, *numbers[1:]), actor=scene.clerk)
        with pytest.raises(ItemNotOnRun):
            close(uow, closing(run.id, *numbers, number_on(uow, given)), actor=scene.clerk)
        closed = close(uow, closing(run.id, *numbers), actor=scene.clerk)
        assert closed.status is RunStatus.CLOSED
        assert [status_of(uow, scene, one) for one in (given, absent, retried, unreached)] == [
            DeliveryStatus.HANDED_OVER,
            DeliveryStatus.HELD_AT_POINT,
            DeliveryStatus.ATTEMPT_FAILED,
            DeliveryStatus.PACKED,
        ]
        for one in (absent, retried, unreached):
            assert one.item_id is not None
            assert item_view(uow, one.item_id).holder == scene.at.point
        assert list(verify_runs(uow)) == []
        again = drafted(uow, scene)  # the next run takes what is to be tried again
        assert {stop.delivery_id for stop in again.stops} == {retried.id, unreached.id}


def test_a_refused_fare_is_held_or_kept_for_the_way_back_whatever_the_courier_proposed(
    units: Units,
) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        kept, back = (packed(uow, scene, fare_refused=term) for term in FareRefused)
        run = on_road(uow, scene, kept, back)
        for one, step in ((kept, NextStep.RETRY_NEXT_WORKING_DAY), (back, NextStep.HOLD_NOTIFY)):
            failure = a_failure(FailureReason.FEE_REFUSED, next_step=step)
            fail(uow, one.id, failure, actor=scene.courier)
            answer_delivery_stop(uow, one.id, StopAction.FAIL, actor=scene.courier)
        numbers = [number_on(uow, one) for one in (kept, back)]
        close(uow, closing(run.id, *numbers), actor=scene.clerk)
        assert status_of(uow, scene, kept) is DeliveryStatus.HELD_AT_POINT
        assert status_of(uow, scene, back) is DeliveryStatus.ATTEMPT_FAILED
        with pytest.raises(NothingToDeliver):
            drafted(uow, scene)
        with pytest.raises(MoveNotOpen):
            drafted(uow, scene, (back,))


def test_the_courier_sees_doors_and_amounts_and_never_the_procedure(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = packed(uow, scene, note="cổng xanh", take_back_papers=1)
        today = loaded(uow, scene, made).day
        (day,) = courier_runs(uow, today, actor=scene.courier)
        (stop,) = day.stops
        assert (stop.name, stop.note, stop.take_back_papers) == (
            "Nguyễn Thị Hồng Nhung", "cổng xanh", 1
        )  # fmt: skip
        assert stop.item_number == number_on(uow, made)
        shown = repr([getattr(stop, name) for name in stop.__slots__])
        procedure = scene.at.procedure
        for secret in (procedure.code, procedure.name_vi, procedure.key, str(procedure.id)):
            assert secret not in shown
        assert str(made.dossier_id) not in shown
        courier_runs(uow, today, actor=scene.courier)
        looks = [look for look in looks_of(uow, made.dossier_id) if look.reason == "run"]
        assert [look.actor_id for look in looks] == [scene.courier.id]


def test_another_couriers_run_is_not_there(units: Units) -> None:
    scene = a_scene(units)
    other = a_courier(units, "binh-thanh")
    with units.write() as uow:
        made = packed(uow, scene)
        run = on_road(uow, scene, made)
        assert courier_runs(uow, run.day, actor=other) == ()
        with pytest.raises(NotFound):
            leave_out_delivery(uow, made.id, actor=other)


def test_what_was_parked_after_loading_stays_in_the_bag(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = packed(uow, scene)
        run = loaded(uow, scene, made)
        act(uow, scene, made, DeliveryAction.PARK)
        start(uow, run.id, actor=scene.courier)
        assert status_of(uow, scene, made) is DeliveryStatus.WITH_COURIER
        close(uow, closing(run.id, number_on(uow, made)), actor=scene.clerk)
        assert status_of(uow, scene, made) is DeliveryStatus.PACKED

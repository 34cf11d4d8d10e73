"""What a courier's phone does: one act, one unit of work, answered once."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from couriers.service import (
    FailAtDoor,
    HandOverAtDoor,
    Picture,
    call_recorded,
    fail_at_door,
    hand_over_at_door,
    not_reached_today,
)
from postal_bridge.custody.service import who_holds
from postal_bridge.custody.types import HolderKind
from postal_bridge.delivery.errors import CodeWrong, ItemDiffers
from postal_bridge.delivery.proof import Receiver, Signature
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import attempts_of, delivery_view, new_hand_over_code
from postal_bridge.delivery.undeliverable import FailureReason, NextStep
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.errors import Forbidden, NotFound
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.rules import PartyRole
from postal_bridge.people.service import change_recipient_address, parties_of
from postal_bridge.runs.rules import StopStatus
from postal_bridge.runs.service import courier_day, run_view
from postal_bridge.runs.types import RunView
from tests.builders.delivery import AT_HOME, Scene, a_scene, number_on
from tests.builders.delivery_acts import packed
from tests.builders.people import a_courier
from tests.builders.runs import on_road

MARK = Picture(b"a drawn line")


def once(key: str) -> Once[DeliveryView]:
    def render(view: DeliveryView) -> bytes:
        return json.dumps({"id": str(view.id), "status": view.status}).encode()

    return Once(key, "POST /courier", "0" * 64, render)


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


@pytest.fixture
def road(units: Units) -> tuple[Scene, RunView, DeliveryView, Callable[..., HandOverAtDoor]]:
    """One delivery on the road, and what the page would send for it."""
    scene = a_scene(units)
    with units.write() as uow:
        made = packed(uow, scene)
        run = on_road(uow, scene, made)
        owner = next(p for p in parties_of(uow, made.dossier_id) if p.role is PartyRole.OWNER)
        number = number_on(uow, made)
        uow.commit()

    def sent(**changes: Any) -> HandOverAtDoor:
        said: dict[str, Any] = {
            "delivery_id": made.id,
            "seen_number": number,
            "receiver": Receiver.OWNER,
            "party_id": owner.id,
            "signature": Signature.HANDWRITTEN,
            "relation": "chủ hồ sơ",
            "id_kind": "personal_id",
            "id_last4": "1234",
            "mark": MARK,
            "fix": AT_HOME,
        }
        return HandOverAtDoor(**(said | changes))

    return scene, run, made, sent


def stop_status(units: Units, scene: Scene, run_id: UUID) -> StopStatus:
    with units.read() as look:
        return run_view(look, run_id, scene.clerk.scope).stops[0].status


def test_the_same_request_twice_hands_over_once(units: Units, blobs: Blobs, road: Any) -> None:
    scene, run, made, sent = road
    tools = {"actor": scene.courier, "units": units, "blobs": blobs}
    first = hand_over_at_door(sent(), once=once("k1"), **tools)
    again = hand_over_at_door(sent(), once=once("k1"), **tools)
    assert first == again
    assert json.loads(first)["status"] == DeliveryStatus.HANDED_OVER
    assert stop_status(units, scene, run.id) is StopStatus.DONE
    with units.read() as look:
        assert who_holds(look, made.item_id or made.id).kind is HolderKind.PARTY


def test_a_refusal_leaves_everything_as_it_was(units: Units, blobs: Blobs, road: Any) -> None:
    scene, run, made, sent = road
    with pytest.raises(ItemDiffers):
        hand_over_at_door(
            sent(seen_number="RR000000005VN"), once=once("k1"),
            actor=scene.courier, units=units, blobs=blobs,
        )  # fmt: skip
    assert stop_status(units, scene, run.id) is StopStatus.PLANNED
    with units.read() as look:
        status = delivery_view(look, made.id, scene.clerk.scope).status
        assert status is DeliveryStatus.OUT_FOR_DELIVERY
        assert blobs.broken(look) == []


def test_wrong_codes_count_although_nothing_else_is_kept(
    units: Units, blobs: Blobs, road: Any
) -> None:
    scene, _, made, sent = road
    with units.write() as uow:
        right = new_hand_over_code(uow, made.id, actor=scene.courier)
        uow.commit()
    wrong = f"{(int(right or '0') + 1) % 1_000_000:06d}"
    tools = {"actor": scene.courier, "units": units, "blobs": blobs}

    def say(code: str | None, key: str) -> bytes:
        said = sent(signature=Signature.CODE, code=code, mark=None)
        return hand_over_at_door(said, once=once(key), **tools)

    for number in range(5):
        with pytest.raises(CodeWrong):
            say(wrong, f"k{number}")
    with pytest.raises(CodeWrong):
        say(right, "k9")  # five tries are used up: the right one opens nothing


def test_a_right_code_opens_and_a_repeated_request_gets_the_same_answer(
    units: Units, blobs: Blobs, road: Any
) -> None:
    scene, _, made, sent = road
    with units.write() as uow:
        right = new_hand_over_code(uow, made.id, actor=scene.courier)
        uow.commit()
    said = sent(signature=Signature.CODE, code=right, mark=None)
    tools = {"actor": scene.courier, "units": units, "blobs": blobs}
    first = hand_over_at_door(said, once=once("k1"), **tools)
    assert hand_over_at_door(said, once=once("k1"), **tools) == first


def test_a_visit_counts_with_the_call_that_was_recorded(
    units: Units, blobs: Blobs, road: Any
) -> None:
    scene, run, made, _ = road
    call_recorded(made.id, actor=scene.courier, units=units)
    said = FailAtDoor(
        made.id, FailureReason.ABSENT, NextStep.HOLD_NOTIFY, fix=AT_HOME, dwell_s=120, photo=MARK
    )
    fail_at_door(said, once=once("f1"), actor=scene.courier, units=units, blobs=blobs)
    fail_at_door(said, once=once("f1"), actor=scene.courier, units=units, blobs=blobs)
    with units.read() as look:
        (attempt,) = attempts_of(look, made.id, scene.clerk.scope)
    assert (attempt.is_counted, attempt.missing, attempt.was_called) == (True, (), True)
    assert stop_status(units, scene, run.id) is StopStatus.FAILED


def test_without_a_recorded_call_the_visit_does_not_count(
    units: Units, blobs: Blobs, road: Any
) -> None:
    scene, _, made, _ = road
    said = FailAtDoor(
        made.id, FailureReason.ABSENT, NextStep.HOLD_NOTIFY, fix=AT_HOME, dwell_s=120, photo=MARK
    )
    fail_at_door(said, once=once("f1"), actor=scene.courier, units=units, blobs=blobs)
    with units.read() as look:
        assert delivery_view(look, made.id, scene.clerk.scope).attempts_used == 0


def test_only_the_courier_of_the_run_acts_on_it(units: Units, blobs: Blobs, road: Any) -> None:
    scene, _, made, sent = road
    stranger = a_courier(units, "binh-thanh")
    with pytest.raises(NotFound):
        hand_over_at_door(sent(), once=once("k"), actor=stranger, units=units, blobs=blobs)
    left: Once[None] = Once("n", "POST /left", "0" * 64, lambda _: b"{}")
    with pytest.raises(NotFound):
        not_reached_today(made.id, actor=stranger, once=left, units=units)
    with pytest.raises(Forbidden):
        hand_over_at_door(sent(), once=once("k"), actor=scene.clerk, units=units, blobs=blobs)


def test_the_courier_finds_his_day(units: Units, road: Any) -> None:
    scene, run, made, _ = road
    with units.write() as uow:
        recipient = made.recipient_party_id
        change_recipient_address(uow, recipient, "12 Nguyễn Huệ", "31471", actor=scene.clerk)
        uow.commit()
    (day,) = courier_day(run.day, actor=scene.courier, units=units)
    (stop,) = day.stops
    assert stop.delivery_id == made.id
    assert stop.address == "12 Nguyễn Huệ, Phường Long Mỹ, Thành phố Cần Thơ"

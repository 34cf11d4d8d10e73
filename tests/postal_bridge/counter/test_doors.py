"""Whether a door may be remembered: asked at the counter, answered and taken back anywhere."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from postal_bridge.counter.citizen import citizen_of
from postal_bridge.counter.citizen_door import (
    AnswerDoor,
    answer_door,
    door_page,
    forget_door_at_counter,
)
from postal_bridge.counter.retention import erase_kept_long_enough
from postal_bridge.counter.rules import DoorNotTheirs
from postal_bridge.delivery.service import allow_door, cancel, delivery_of_dossier, door_consent
from postal_bridge.delivery.types import CancelReason
from postal_bridge.delivery.types import Place as ResultPlace
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import MoveNotOpen, NotFound
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.service import change_recipient_address
from tests.builders.clock import pass_days
from tests.builders.counter import HOA, a_filing, hand_in, open_shift, to_the_door
from tests.builders.delivery import AT_HOME, Scene, a_proof, a_scene, give
from tests.builders.delivery_acts import out
from tests.builders.directory import a_place
from tests.builders.people import a_clerk

STREET, COMMUNE = "12 Trần Phú", "31471"
AT_HOME_HERE = replace(HOA, address_text=STREET, commune_code=COMMUNE)


@pytest.fixture
def clerk(units: Units) -> Actor:
    a_place(units, "long-my-commune")
    actor = a_clerk(units, "long-my")
    open_shift(units, actor)
    return actor


def filed(units: Units, folder: Path, clerk: Actor, wish: Any, **changes: Any) -> UUID:
    place = a_place(units, "long-my-commune")
    given = {"owner": AT_HOME_HERE, "delivery": wish, "amount_vnd": 26_000} | changes
    filing = a_filing(place, "household-business", **given)
    return UUID(hand_in(units, folder, filing, clerk=clerk)["dossier_id"])


def test_the_recipients_yes_at_the_counter_stands_with_its_words_and_who_took_it(
    units: Units, tmp_path: Path, clerk: Actor
) -> None:
    silent = filed(units, tmp_path, clerk, to_the_door(COMMUNE))
    allowed = filed(units, tmp_path, clerk, to_the_door(COMMUNE, is_door_remembered=True))
    with units.read() as uow:
        assert door_consent(uow, silent) is None
        consent = door_consent(uow, allowed)
    assert consent is not None
    assert (consent.channel, consent.taken_by) == ("counter", clerk.ref)
    assert consent.text_version


@pytest.mark.parametrize(
    "changes",
    [
        {"submitter": replace(HOA, full_name="Trần Văn Bình")},
        {"delivery": {"recipient": AT_HOME_HERE}},
        {"delivery": {"place": ResultPlace.POINT}},
    ],
)
def test_nobody_agrees_for_somebody_else_and_not_without_a_door(
    units: Units, tmp_path: Path, clerk: Actor, changes: dict[str, Any]
) -> None:
    changes = dict(changes)
    wish = to_the_door(COMMUNE, is_door_remembered=True, **changes.pop("delivery", {}))
    with pytest.raises(DoorNotTheirs):
        filed(units, tmp_path, clerk, wish, **changes)


def remembered(units: Units, scene: Scene) -> None:
    """A result handed over at the door, which may be remembered."""
    with units.write() as uow:
        made = out(uow, scene)
        party_id = made.recipient_party_id
        change_recipient_address(uow, party_id, STREET, COMMUNE, actor=scene.clerk)
        allow_door(uow, made.dossier_id, party_id, "counter", actor=scene.clerk)
        give(uow, scene, made, a_proof(uow, made))
        uow.commit()


def test_when_a_dossiers_people_are_erased_its_door_goes_with_them(units: Units) -> None:
    remembered(units, a_scene(units))
    pass_days(units, 740)  # longer than without money
    assert list(erase_kept_long_enough(actor=Actor.operator(), units=units))
    with units.engine.connect() as raw:
        assert raw.scalar(text("SELECT count(*) FROM door_spots")) == 0


def test_a_new_result_starts_from_the_door_that_hand_overs_agree_on(
    units: Units, tmp_path: Path, clerk: Actor
) -> None:
    scene = a_scene(units)
    for _ in range(2):
        remembered(units, scene)
        pass_days(units, 1)
    dossier_id = filed(units, tmp_path, clerk, to_the_door(COMMUNE))
    with units.read() as uow:
        delivery = delivery_of_dossier(uow, dossier_id)
    assert delivery is not None
    assert delivery.position is not None
    assert delivery.position.lat == pytest.approx(AT_HOME.lat)
    assert delivery.position.radius_m < 200


def test_the_citizen_says_yes_and_takes_it_back_as_easily(
    units: Units, tmp_path: Path, clerk: Actor
) -> None:
    dossier_id = filed(units, tmp_path, clerk, to_the_door(COMMUNE))
    citizen = citizen_of(dossier_id)
    assert door_page(actor=citizen, units=units).since is None
    for _ in range(2):
        assert answer_door(AnswerDoor(True), actor=citizen, units=units).since is not None
    assert answer_door(AnswerDoor(False), actor=citizen, units=units).since is None
    answer_door(AnswerDoor(True), actor=citizen, units=units)
    forget_door_at_counter(dossier_id, actor=clerk, units=units)
    assert door_page(actor=citizen, units=units).since is None


def test_where_nobody_comes_nothing_is_asked(units: Units, tmp_path: Path, clerk: Actor) -> None:
    dossier_id = filed(units, tmp_path, clerk, to_the_door(COMMUNE))
    citizen = citizen_of(dossier_id)
    with units.write() as uow:
        delivery = delivery_of_dossier(uow, dossier_id)
        assert delivery is not None
        cancel(uow, delivery.id, CancelReason.WITHDRAWN, actor=clerk)
        uow.commit()
    with pytest.raises(MoveNotOpen):
        answer_door(AnswerDoor(True), actor=citizen, units=units)
    wish = to_the_door(COMMUNE, place=ResultPlace.POINT)
    at_point = filed(units, tmp_path, clerk, wish, amount_vnd=0)
    with pytest.raises(NotFound):
        door_page(actor=citizen_of(at_point), units=units)
    stranger = a_clerk(units, "trang-bom")
    with pytest.raises(NotFound):
        forget_door_at_counter(dossier_id, actor=stranger, units=units)

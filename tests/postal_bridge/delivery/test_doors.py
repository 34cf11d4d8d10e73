"""A door is remembered with consent, serves the same address only, and is forgotten in time."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from postal_bridge.delivery.service import (
    allow_door,
    dispute,
    forget_door,
    forget_old_doors,
    known_door,
    verify_doors,
)
from postal_bridge.delivery.types import DisputeKind, Fix, NewDispute
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.jobs.rewrapping import Rewrapped, rewrap_all
from postal_bridge.kernel.actor import Actor, ActorKind, Scope
from postal_bridge.kernel.keys import Purpose
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.people.service import (
    change_recipient_address,
    find_dossiers_by_person,
    party_view,
)
from tests.builders.clock import pass_days
from tests.builders.delivery import AT_HOME, Scene, a_proof, a_scene, give
from tests.builders.delivery_acts import out

STREET, COMMUNE = "12 Trần Phú", "31471"


@pytest.fixture
def scene(units: Units) -> Scene:
    return a_scene(units)


def handed_over(
    units: Units,
    scene: Scene,
    *,
    is_allowed: bool = True,
    street: str = STREET,
    commune: str = COMMUNE,
    fix: Fix = AT_HOME,
) -> DeliveryView:
    """A result at this address, given at the door."""
    with units.write() as uow:
        made = lives(uow, scene, street, commune)
        if is_allowed:
            allow(uow, scene, made)
        given = give(uow, scene, made, a_proof(uow, made, fix=fix))
        uow.commit()
    return given


def lives(uow: UnitOfWork, scene: Scene, street: str, commune: str) -> DeliveryView:
    made = out(uow, scene)
    change_recipient_address(uow, made.recipient_party_id, street, commune, actor=scene.clerk)
    return made


def allow(uow: UnitOfWork, scene: Scene, made: DeliveryView) -> None:
    allow_door(uow, made.dossier_id, made.recipient_party_id, "counter", actor=scene.clerk)


def known(units: Units, scene: Scene, street: str = STREET, commune: str = COMMUNE) -> Any:
    """What is known for somebody else's new result at this address."""
    with units.write() as uow:
        return known_door(uow, lives(uow, scene, street, commune).recipient_party_id)


def kept(units: Units) -> int:
    with units.engine.connect() as raw:
        return int(raw.scalar(text("SELECT count(*) FROM door_spots")) or 0)


def test_two_days_that_agree_place_the_next_result_at_that_address_and_no_other(
    units: Units, scene: Scene
) -> None:
    handed_over(units, scene)
    assert known(units, scene) is None  # one is none
    pass_days(units, 1)
    handed_over(units, scene, street="số 12, TRẦN PHÚ")
    found = known(units, scene)
    assert (found.lat, found.lon) == pytest.approx((AT_HOME.lat, AT_HOME.lon))
    assert known(units, scene, street="14 Trần Phú") is None
    assert known(units, scene, commune="31473") is None


def test_without_consent_or_an_exact_fix_nothing_is_remembered(units: Units, scene: Scene) -> None:
    handed_over(units, scene, is_allowed=False)
    handed_over(units, scene, fix=Fix(AT_HOME.lat, AT_HOME.lon, 90))
    handed_over(units, scene, fix=Fix(9.84, AT_HOME.lon, 12))  # far away: only reported
    assert kept(units) == 0


def test_taking_the_consent_back_erases_what_was_remembered(units: Units, scene: Scene) -> None:
    first = handed_over(units, scene)
    pass_days(units, 1)
    handed_over(units, scene)
    with units.write() as uow:
        forget_door(uow, first.dossier_id, actor=scene.clerk)
        uow.commit()
    assert kept(units) == 1
    assert known(units, scene) is None
    with units.read() as uow:
        assert list(verify_doors(uow)) == []


def test_after_its_time_a_door_is_not_used_and_then_gone(units: Units, scene: Scene) -> None:
    handed_over(units, scene)
    pass_days(units, 1)
    handed_over(units, scene)
    pass_days(units, 364)
    assert known(units, scene) is None  # the older one may not be used any more
    assert kept(units) == 2
    with units.write() as uow:
        assert forget_old_doors(uow) == 1
        uow.commit()
    assert kept(units) == 1


def test_a_hand_over_that_is_denied_teaches_nothing(units: Units, scene: Scene) -> None:
    given = handed_over(units, scene)
    citizen = Actor(ActorKind.CITIZEN, "link", Scope(dossier_id=given.dossier_id))
    with units.write() as uow:
        dispute(uow, given.id, NewDispute(DisputeKind.NOT_RECEIVED), actor=citizen)
        uow.commit()
    assert kept(units) == 0


def test_with_its_dossiers_key_a_spot_is_gone(units: Units, scene: Scene) -> None:
    first = handed_over(units, scene)
    pass_days(units, 1)
    handed_over(units, scene)
    assert known(units, scene) is not None
    with units.write() as uow:
        uow.vault.destroy(first.dossier_id)
        uow.commit()
    assert known(units, scene) is None


def test_doors_and_people_are_found_after_the_blind_key_was_replaced(
    units: Units, scene: Scene
) -> None:
    given = handed_over(units, scene)
    pass_days(units, 1)
    handed_over(units, scene)
    erased = handed_over(units, scene)
    with units.write() as uow:
        phone = party_view(uow, given.recipient_party_id).phone or ""
        uow.vault.destroy(erased.dossier_id)
        uow.commit()
    before, moved = dossiers_of(units, phone), replace_blind_key(units)
    assert given.dossier_id in before
    assert moved.doors == 3
    assert moved.people >= 3
    assert dossiers_of(units, phone) == before - {erased.dossier_id}
    assert known(units, scene) is not None
    assert kept(units) == 2
    assert rewrap_all(units=units) == Rewrapped(0, 0, 0)


def dossiers_of(units: Units, phone: str) -> set[UUID]:
    with units.read() as uow:
        return find_dossiers_by_person(uow, phone)


def replace_blind_key(units: Units) -> Rewrapped:
    """A new key makes, everything is brought under it, the old one is gone."""
    old = units.ring.active(Purpose.BLIND_INDEX)
    ring, fresh = units.ring.add(Purpose.BLIND_INDEX)
    units.ring = ring.activate(fresh)
    moved = rewrap_all(units=units)
    units.ring = units.ring.retire(old.id)
    return moved


def test_nothing_of_the_door_is_readable_in_the_table(units: Units, scene: Scene) -> None:
    handed_over(units, scene)
    with units.engine.connect() as raw:
        (row,) = raw.execute(text("SELECT * FROM door_spots")).fetchall()
    # Nothing so short that random bytes may spell it.
    assert not [word for word in ("9.7868", "105.469", "Trần", "tran phu") if word in repr(row)]


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        ("UPDATE consents SET withdrawn_at = given_at", "door_without_consent"),
        ("UPDATE door_spots SET kept_until = '2020-01-01 00:00:00'", "door_kept_too_long"),
        ("UPDATE deliveries SET status = 'out_for_delivery'", "door_of_no_hand_over"),
    ],
)
def test_verify_names_what_may_not_be_remembered(
    units: Units, scene: Scene, damage: str, why: str
) -> None:
    handed_over(units, scene)
    with units.engine.begin() as raw:
        raw.execute(text(damage))
    with units.read() as uow:
        assert [found.why for found in verify_doors(uow)] == [why]

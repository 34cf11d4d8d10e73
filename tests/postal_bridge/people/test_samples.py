"""The first people of a home."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from postal_bridge.directory.service import load_reference
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.clock import SystemClock
from postal_bridge.kernel.home import HomeKind, name_home
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.kernel.migrate import migrate
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.rules import SampleSignInsRefused
from postal_bridge.people.service import (
    SampleSignIn,
    SignIn,
    actor_of_token,
    seed_sample_people,
    sign_in,
)
from postal_bridge.people.store import PeopleStore
from tests.builders.clock import set_business_time

ROLES = {"clerk", "courier", "driver", "officer", "supervisor", "operator"}


def roles_after_sign_in(units: Units, sample: SampleSignIn) -> frozenset[Role]:
    command = SignIn(sample.login, sample.password)
    signed = sign_in(command, units=units, machine=SystemClock())
    actor = actor_of_token(signed.token, units=units)
    assert actor is not None
    return actor.roles


def test_a_sandbox_has_somebody_at_every_desk(units: Units) -> None:
    load_reference(units)
    people = seed_sample_people(units)
    assert {one.role for one in people} == ROLES
    assert sum(one.role == "clerk" for one in people) == 12
    assert sum(one.role == "supervisor" for one in people) == 5
    assert len({one.login for one in people}) == len(people)
    for role in ROLES:
        sample = next(one for one in people if one.role == role)
        expected = Role.COURIER if role == "driver" else Role(role)
        assert roles_after_sign_in(units, sample) == {expected}


def test_no_two_people_of_a_sandbox_bear_one_name_on_whatever_day_they_came(units: Units) -> None:
    load_reference(units)
    set_business_time(units, datetime(2022, 8, 8, tzinfo=UTC))
    early = seed_sample_people(units)
    set_business_time(units, datetime(2026, 11, 9, tzinfo=UTC))
    late = seed_sample_people(units)
    assert {one.login for one in late} - {one.login for one in early}, "others work there by now"
    with units.read() as uow:
        names = [person.display_name for person in PeopleStore(uow.session).all_staff()]
    assert len(set(names)) == len(names) > len(early)


def test_seeding_a_sandbox_again_leaves_everyone_as_he_is(units: Units) -> None:
    load_reference(units)
    first = seed_sample_people(units)
    assert seed_sample_people(units) == first
    assert roles_after_sign_in(units, first[0])


@pytest.fixture
def live_units(tmp_path: Path) -> Units:
    url = f"sqlite:///{tmp_path}/live.sqlite3"
    migrate(url)
    name_home(url, HomeKind.LIVE, now=datetime.now(UTC))
    units = Units(url, home_id=None, ring=KeyRing.fresh(), machine=SystemClock())
    load_reference(units)
    return units


def test_a_live_home_gets_one_of_each_with_random_passwords_once(live_units: Units) -> None:
    people = seed_sample_people(live_units)
    assert [one.role for one in people] == [
        "clerk", "courier", "driver", "officer", "supervisor", "operator",
    ]  # fmt: skip
    assert len({one.password for one in people}) == len(people)
    assert all(one.password not in repr(one) for one in people)
    command = SignIn(people[0].login, people[0].password)
    signed = sign_in(command, units=live_units, machine=SystemClock())
    assert signed.staff.must_change_password
    with pytest.raises(SampleSignInsRefused):
        seed_sample_people(live_units)
    live_units.engine.dispose()

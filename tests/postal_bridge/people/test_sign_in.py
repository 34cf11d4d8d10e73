"""Credentials become actors, with the seat and scope of this moment (S1)."""

from datetime import UTC, datetime, timedelta
from time import process_time

import pytest
from argon2 import extract_parameters
from sqlalchemy import select

from postal_bridge.kernel.actor import Actor, ActorKind, Role
from postal_bridge.kernel.clock import SystemClock
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.rules import SignInRefused
from postal_bridge.people.secrets import NOBODY, hash_password
from postal_bridge.people.service import (
    RegisterDevice,
    SignIn,
    actor_of_api_key,
    actor_of_token,
    forget_old_sessions,
    lock_device,
    register_device,
    set_active,
    sign_in,
    sign_out,
    unlock_device,
)
from postal_bridge.people.tables import SessionRow, StaffRow
from tests.builders.clock import pass_days
from tests.builders.directory import a_place
from tests.builders.people import PASSWORD, a_person, an_officer, placed, point_id, seen, token_of

OPERATOR = Actor.operator()


class MovedClock:
    """A machine clock that stands where the test puts it."""

    def __init__(self, moved: timedelta) -> None:
        self._moved = moved

    def now(self) -> datetime:
        return datetime.now(UTC) + self._moved


def test_a_clerk_signs_in_and_covers_the_own_point_alone(units: Units) -> None:
    a_place(units)
    person = a_person(units, login="mai")
    placed(units, person, Role.CLERK, seat_point_id=point_id(units, "long-tri"))
    token = token_of(units, "  MAI ")
    actor = actor_of_token(token, units=units)
    assert actor is not None
    assert (actor.kind, actor.id) == (ActorKind.STAFF, str(person))
    assert actor.roles == {Role.CLERK}
    assert seen(units, token) == {"long-tri", "long-tri-2025"}
    assert not actor.scope.sections
    assert not actor.scope.everything


def test_an_officer_covers_the_own_section_and_nothing_of_the_post(units: Units) -> None:
    place = a_place(units)
    officer = an_officer(units, place.section.key)
    assert officer.scope.sections == {place.section.id}
    assert not officer.scope.units


@pytest.mark.parametrize("case", ["unknown", "wrong_password", "inactive", "locked_device"])
def test_every_refused_sign_in_has_one_answer(units: Units, case: str) -> None:
    place = a_place(units)
    person = a_person(units, login="mai")
    device = register_device(
        RegisterDevice(place.point.unit_id, "phone", "Máy 1"), actor=OPERATOR, units=units
    )
    command = SignIn("mai", PASSWORD, device.id)
    if case == "unknown":
        command = SignIn("nobody", PASSWORD)
    elif case == "wrong_password":
        command = SignIn("mai", PASSWORD + "!")
    elif case == "inactive":
        set_active(person, False, actor=OPERATOR, units=units)
    else:
        lock_device(device.id, actor=OPERATOR, units=units)
    with pytest.raises(SignInRefused) as refusal:
        sign_in(command, units=units, machine=SystemClock())
    assert (refusal.value.code, refusal.value.params) == ("sign_in_refused", {})


def test_locking_a_device_ends_what_is_open_on_it_at_once(units: Units) -> None:
    place = a_place(units)
    a_person(units, login="mai")
    device = register_device(
        RegisterDevice(place.point.unit_id, "phone", "Máy 1"), actor=OPERATOR, units=units
    )
    on_device = token_of(units, "mai", device_id=device.id)
    elsewhere = token_of(units, "mai")
    lock_device(device.id, actor=OPERATOR, units=units)
    assert actor_of_token(on_device, units=units) is None
    assert actor_of_token(elsewhere, units=units) is not None
    unlock_device(device.id, actor=OPERATOR, units=units)
    assert actor_of_token(on_device, units=units) is not None


def test_an_inactive_person_loses_the_session_at_once(units: Units) -> None:
    person = a_person(units, login="mai")
    token = token_of(units, "mai")
    set_active(person, False, actor=OPERATOR, units=units)
    assert actor_of_token(token, units=units) is None


def test_signing_out_ends_this_session_only(units: Units) -> None:
    a_person(units, login="mai")
    here, there = token_of(units, "mai"), token_of(units, "mai")
    sign_out(here, units=units)
    sign_out("no such token", units=units)
    assert actor_of_token(here, units=units) is None
    assert actor_of_token(there, units=units) is not None


def test_a_session_lasts_one_shift_of_the_machine_clock(units: Units) -> None:
    a_person(units, login="mai")
    old = sign_in(
        SignIn("mai", PASSWORD), units=units, machine=MovedClock(timedelta(hours=-12, seconds=-1))
    )
    young = sign_in(SignIn("mai", PASSWORD), units=units, machine=MovedClock(timedelta(hours=-11)))
    assert actor_of_token(old.token, units=units) is None
    assert actor_of_token(young.token, units=units) is not None
    pass_days(units, 30)
    assert actor_of_token(young.token, units=units) is not None, "only the business clock moved"


def test_sessions_long_over_are_forgotten(units: Units) -> None:
    a_person(units, login="mai")
    command = SignIn("mai", PASSWORD)
    sign_in(command, units=units, machine=MovedClock(timedelta(days=-9)))
    sign_in(command, units=units, machine=MovedClock(timedelta(days=-2)))
    with units.write() as uow:
        assert forget_old_sessions(uow) == 1
        uow.commit()


def test_tokens_and_passwords_do_not_stand_in_the_database(units: Units) -> None:
    a_person(units, login="mai")
    token = token_of(units, "mai")
    assert len(token) >= 43, "256 bits"
    with units.read() as uow:
        session = uow.session.scalars(select(SessionRow)).one()
        staff = uow.session.scalars(select(StaffRow)).one()
    assert token not in session.token_hash
    assert staff.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_citizens_token_or_key_is_no_session(units: Units) -> None:
    """HMACs of different uses never meet, even under one key."""
    a_person(units, login="mai")
    token = token_of(units, "mai")
    assert actor_of_api_key(token, units=units) is None
    assert actor_of_token("", units=units) is None


def test_an_unknown_name_costs_as_much_work_as_a_known_one(units: Units) -> None:
    """In time of the processor, so that a busy machine lets nobody off the comparison."""
    began = process_time()
    hash_password(PASSWORD)
    compared = process_time()
    with pytest.raises(SignInRefused):
        token_of(units, "nobody")
    assert process_time() - compared > (compared - began) / 2
    nobody, real = extract_parameters(NOBODY), extract_parameters(hash_password(PASSWORD))
    assert nobody == real

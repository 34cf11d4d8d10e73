"""Passwords: made, reset, changed."""

import pytest

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import SystemClock
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.rules import PasswordWeak, SignInRefused
from postal_bridge.people.service import (
    ChangePassword,
    SignIn,
    TooManySignIns,
    actor_of_token,
    change_password,
    reset_password,
    sign_in,
)
from postal_bridge.people.sign_in_tries import TRIES
from tests.builders.people import PASSWORD, a_person, as_actor, token_of

OPERATOR = Actor.operator()


def test_changing_the_password_ends_every_session(units: Units) -> None:
    person = a_person(units, login="mai")
    token = token_of(units, "mai")
    fresh = "năm sáu bảy tám"
    with pytest.raises(SignInRefused):
        change_password(ChangePassword("wrong", fresh), actor=as_actor(units, person), units=units)
    change_password(ChangePassword(PASSWORD, fresh), actor=as_actor(units, person), units=units)
    assert actor_of_token(token, units=units) is None
    assert token_of(units, "mai", fresh)
    with pytest.raises(SignInRefused):
        token_of(units, "mai")


@pytest.mark.parametrize("weak", ["short", "xx-MAILAN-2026", "x" * 201])
def test_a_weak_password_is_refused(units: Units, weak: str) -> None:
    person = a_person(units, login="mailan")
    with pytest.raises(PasswordWeak):
        change_password(ChangePassword(PASSWORD, weak), actor=as_actor(units, person), units=units)


def test_a_reset_password_works_once_shown_and_must_be_changed(units: Units) -> None:
    person = a_person(units, login="mai")
    token = token_of(units, "mai")
    made = reset_password(person, actor=OPERATOR, units=units)
    assert actor_of_token(token, units=units) is None
    signed = sign_in(SignIn("mai", made.first_password), units=units, machine=SystemClock())
    assert signed.staff.must_change_password
    assert made.first_password not in repr(made)


def test_an_open_session_guesses_the_old_password_ten_times_and_no_more(units: Units) -> None:
    person = a_person(units, login="mai")
    actor, fresh = as_actor(units, person), "năm sáu bảy tám"
    for _ in range(TRIES):
        with pytest.raises(SignInRefused):
            change_password(ChangePassword("wrong", fresh), actor=actor, units=units)
    with pytest.raises(TooManySignIns):
        change_password(ChangePassword(PASSWORD, fresh), actor=actor, units=units)
    assert token_of(units, "mai")  # signing in is counted by itself


def test_who_must_change_the_password_is_known_by_every_request(units: Units) -> None:
    person = a_person(units, login="mai")
    assert not as_actor(units, person).must_change_password
    made = reset_password(person, actor=OPERATOR, units=units)
    actor = actor_of_token(token_of(units, "mai", made.first_password), units=units)
    assert actor is not None
    assert actor.must_change_password
    fresh = "năm sáu bảy tám"
    change_password(ChangePassword(made.first_password, fresh), actor=actor, units=units)
    assert not as_actor(units, person).must_change_password

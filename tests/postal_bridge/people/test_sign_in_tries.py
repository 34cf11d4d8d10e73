"""Passwords are not guessed without end, and nobody is locked out by strangers (S5, I6)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from postal_bridge.kernel.clock import MachineClock
from postal_bridge.kernel.errors import AppError
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.rules import SignInRefused
from postal_bridge.people.service import SignIn, TooManySignIns, forget_old_tries, sign_in
from postal_bridge.people.sign_in_tries import TRIES, WINDOW
from postal_bridge.people.tables import SignInTriesRow
from tests.builders.people import PASSWORD, a_person, token_of

WRONG = "not the one"


class MovedClock:
    """A machine clock that stands where the test puts it."""

    def __init__(self, moved: timedelta) -> None:
        self._moved = moved

    def now(self) -> datetime:
        return datetime.now(UTC) + self._moved


def guess(units: Units, login: str, password: str = WRONG, familiar: str = "") -> str:
    """The code of the answer; "let_in" when it was right."""
    try:
        sign_in(SignIn(login, password, familiar=(familiar,)), units=units, machine=units.machine)
    except AppError as exc:
        return exc.code
    return "let_in"


def at(units: Units, clock: MachineClock) -> None:
    units.machine = clock


@pytest.mark.parametrize("login", ["mai", "nobody"])
def test_the_answers_are_alike_whether_anybody_has_the_name(units: Units, login: str) -> None:
    a_person(units, login="mai")
    said = [guess(units, login) for _ in range(TRIES + 2)]
    assert said == ["sign_in_refused"] * TRIES + ["too_many_sign_ins"] * 2


def test_the_right_password_waits_too_and_is_let_in_when_the_time_is_over(units: Units) -> None:
    a_person(units, login="mai")
    for _ in range(TRIES):
        guess(units, "mai")
    with pytest.raises(TooManySignIns) as refused:
        sign_in(SignIn("mai", PASSWORD), units=units, machine=units.machine)
    assert refused.value.params["minutes"] == WINDOW.total_seconds() / 60
    at(units, MovedClock(WINDOW + timedelta(seconds=1)))
    assert guess(units, "mai", PASSWORD) == "let_in"


def test_strangers_lock_nobody_out_of_the_usual_browser(units: Units) -> None:
    a_person(units, login="mai")
    signed = sign_in(SignIn("mai", PASSWORD), units=units, machine=units.machine)
    for _ in range(TRIES + 1):
        guess(units, "mai")
    assert guess(units, "mai", PASSWORD) == "too_many_sign_ins"
    assert guess(units, "mai", PASSWORD, signed.familiar) == "let_in"


def test_a_token_of_another_person_or_a_forged_one_is_a_stranger(units: Units) -> None:
    a_person(units, login="mai")
    a_person(units, login="hoa")
    hoa = sign_in(SignIn("hoa", PASSWORD), units=units, machine=units.machine).familiar
    said = [guess(units, "mai", familiar=one) for one in [hoa, f"{hoa}0", "/", "x"] * 3]
    assert said == ["sign_in_refused"] * TRIES + ["too_many_sign_ins"] * 2


def test_the_usual_browser_guesses_no_more_than_a_stranger(units: Units) -> None:
    a_person(units, login="mai")
    signed = sign_in(SignIn("mai", PASSWORD), units=units, machine=units.machine)
    said = {guess(units, "mai", familiar=signed.familiar) for _ in range(TRIES)}
    assert said == {"sign_in_refused"}
    assert guess(units, "mai", PASSWORD, signed.familiar) == "too_many_sign_ins"


def test_signing_in_begins_the_count_anew(units: Units) -> None:
    a_person(units, login="mai")
    for _ in range(3):
        assert {guess(units, "mai") for _ in range(TRIES - 1)} == {"sign_in_refused"}
        assert token_of(units, "mai")


def test_guesses_at_the_same_moment_are_counted_one_by_one(units: Units) -> None:
    start = Barrier(8)

    def run(_: int) -> list[str]:
        start.wait()
        return [guess(units, "mai") for _ in range(3)]

    with ThreadPoolExecutor(8) as pool:
        said = [code for codes in pool.map(run, range(8)) for code in codes]
    assert said.count("sign_in_refused") == TRIES
    assert said.count("too_many_sign_ins") == len(said) - TRIES


def test_the_name_that_was_typed_is_not_in_the_table_and_goes_with_its_time(units: Units) -> None:
    with pytest.raises(SignInRefused):
        token_of(units, "my password by mistake")
    with units.read() as uow:
        (row,) = uow.session.scalars(select(SignInTriesRow)).all()
        assert "mistake" not in row.name
    at(units, MovedClock(WINDOW + timedelta(seconds=1)))
    with units.write() as uow:
        assert forget_old_tries(uow) == 1
        uow.commit()

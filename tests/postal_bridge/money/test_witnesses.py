"""A clerk alone closes with somebody elsewhere, who reads a code out over the telephone."""

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import MoveNotOpen, NotFound
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.money.drawers import DrawerView
from postal_bridge.money.errors import SecondPersonNeeded, WitnessCodeWrong
from postal_bridge.money.service import CountDrawer, count_drawer, drawer_view, verify_ledger
from postal_bridge.money.shift_desk import close_once
from postal_bridge.money.witnesses import MOST_TRIES, stand_by
from tests.builders.money import clerk, supervisor, with_drawer


def once(key: str) -> Once[DrawerView]:
    return Once(key, "POST /quy/ket", "0" * 64, lambda view: f"{view.second_person}".encode())


def close(units: Units, actor: Actor, code: str, key: str = "k") -> bytes:
    return close_once("", code, actor=actor, once=once(key), units=units)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def counted(units: Units) -> tuple[Actor, Actor, DrawerView]:
    actor = clerk()
    with_drawer(units, actor, float_vnd=100_000)
    drawer = count_drawer(CountDrawer(90_000), actor=actor, units=units)
    assert actor.unit_id is not None
    return actor, supervisor(actor.unit_id), drawer


def test_the_second_person_stands_on_the_statement(units: Units) -> None:
    actor, chief, drawer = counted(units)
    code = stand_by(drawer.id, actor=chief, units=units)
    spoken = f"{code[:3]} {code[3:]}"
    assert [close(units, actor, spoken) for _ in range(2)] == [chief.id.encode()] * 2
    with units.read() as uow:
        assert list(verify_ledger(uow)) == []
    seen = drawer_view(actor=actor, units=units, drawer_id=drawer.id)
    assert seen is not None
    assert seen.second_person == chief.id


@dataclass(frozen=True)
class AskedEarly:
    """The same request pressed twice: it asked for its answer before its twin had committed."""

    request: Once[DrawerView]
    asked: list[bool] = field(default_factory=list)

    def kept(self, uow: UnitOfWork, actor: Actor) -> bytes | None:
        self.asked.append(True)
        return self.request.kept(uow, actor) if len(self.asked) > 1 else None

    def answer(self, *given: Any, **named: Any) -> bytes:
        return self.request.answer(*given, **named)


def test_enter_pressed_again_while_the_first_one_closes_is_the_same_answer(units: Units) -> None:
    actor, chief, drawer = counted(units)
    code = stand_by(drawer.id, actor=chief, units=units)
    first = close(units, actor, code)
    twin = cast(Once[DrawerView], AskedEarly(once("k")))
    assert close_once("", code, actor=actor, once=twin, units=units) == first
    with pytest.raises(WitnessCodeWrong):
        close(units, actor, code, key="another request")


def test_a_clerk_alone_can_still_go_home(units: Units) -> None:
    actor, _, _ = counted(units)
    assert close(units, actor, "") == b"None"


def test_a_wrong_code_closes_nothing_and_five_end_it(units: Units) -> None:
    actor, chief, drawer = counted(units)
    code = stand_by(drawer.id, actor=chief, units=units)
    for number in range(MOST_TRIES):
        with pytest.raises(WitnessCodeWrong):
            close(units, actor, wrong(code), key=f"w{number}")
    with pytest.raises(WitnessCodeWrong):  # also the right one, now
        close(units, actor, code)
    fresh = stand_by(drawer.id, actor=chief, units=units)
    assert close(units, actor, fresh) == chief.id.encode()


def test_a_code_holds_for_the_count_that_was_seen(units: Units) -> None:
    actor, chief, drawer = counted(units)
    code = stand_by(drawer.id, actor=chief, units=units)
    count_drawer(CountDrawer(99_000, "Sót một cọc"), actor=actor, units=units)
    with pytest.raises(WitnessCodeWrong):
        close(units, actor, code)


def test_nobody_stands_by_himself_or_before_the_count_or_from_outside(units: Units) -> None:
    actor, _, drawer = counted(units)
    assert actor.unit_id is not None
    with pytest.raises(SecondPersonNeeded):
        stand_by(drawer.id, actor=actor, units=units)
    with pytest.raises(NotFound):
        stand_by(drawer.id, actor=clerk(), units=units)
    other = clerk(actor.unit_id)
    opened = with_drawer(units, other)
    with pytest.raises(MoveNotOpen):
        stand_by(opened.id, actor=supervisor(actor.unit_id), units=units)

"""Lists that staff work from ask the database no more for many rows than for a few."""

from collections.abc import Callable

from sqlalchemy import event

from postal_bridge.counter.desk_views import desk
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import deliveries_for
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel.unit_of_work import Units
from tests.builders.doors import PostOffice, post_office, waiting

DESK_MOST = 30


def statements(units: Units, act: Callable[[], object]) -> int:
    seen: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(units.engine, "before_cursor_execute", count)
    try:
        act()
    finally:
        event.remove(units.engine, "before_cursor_execute", count)
    return len(seen)


def add(units: Units, office: PostOffice, numbers: range) -> None:
    with units.write() as uow:
        for number in numbers:
            waiting(uow, office, number, is_paid_at_door=number % 2 == 0)
        uow.commit()


def test_a_desk_of_ten_asks_as_often_as_a_desk_of_two(units: Units) -> None:
    office = post_office(units)
    officer = office.at.officer
    add(units, office, range(1, 3))
    desk(actor=officer, units=units)  # reference data are read
    few = statements(units, lambda: desk(actor=officer, units=units))
    add(units, office, range(3, 11))
    assert statements(units, lambda: desk(actor=officer, units=units)) == few <= DESK_MOST


def test_what_is_read_ahead_is_what_is_read_one_by_one(units: Units) -> None:
    office = post_office(units)
    add(units, office, range(1, 5))
    packed = frozenset({DeliveryStatus.PACKED})

    def listed() -> tuple[DeliveryView, ...]:
        with units.read() as uow:
            return deliveries_for(uow, office.clerk.scope, packed)

    with units.write() as uow:  # a writing unit reads nothing ahead
        one_by_one = deliveries_for(uow, office.clerk.scope, packed)
    assert listed() == one_by_one
    assert sorted(one.collect_vnd > 0 for one in listed()) == [False, False, True, True]

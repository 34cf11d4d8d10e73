"""Lists that staff work from ask the database no more for many rows than for a few."""

from collections.abc import Callable
from functools import partial

from sqlalchemy import event

from postal_bridge.counter.desk_packing import PrepareEnvelope, prepare_envelope
from postal_bridge.counter.desk_views import desk, results_to_pack
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import deliveries_for
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.insight.service import board
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.runs.service import list_runs
from tests.builders.counter import once_key
from tests.builders.delivery import a_scene
from tests.builders.delivery_acts import cleared, packed
from tests.builders.doors import PostOffice, post_office, waiting
from tests.builders.runs import published

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


def test_runs_and_the_board_ask_as_often_for_five_runs_as_for_two(units: Units) -> None:
    scene = a_scene(units)

    def asked() -> tuple[int, int]:
        runs = partial(list_runs, actor=scene.supervisor, units=units)
        whole = partial(board, actor=scene.supervisor, units=units)
        runs()  # reference data are read
        whole()
        return statements(units, runs), statements(units, whole)

    def add_runs(count: int) -> None:
        with units.write() as uow:
            for _ in range(count):
                published(uow, scene, packed(uow, scene), packed(uow, scene))
            uow.commit()

    add_runs(2)
    few = asked()
    add_runs(3)
    assert asked() == few


def test_the_pack_station_asks_as_often_for_five_results_as_for_two(units: Units) -> None:
    scene = a_scene(units)
    ready = partial(results_to_pack, actor=scene.at.officer, units=units)

    def add_ready(count: int) -> None:
        with units.write() as uow:
            made = [cleared(uow, scene) for _ in range(count)]
            uow.commit()
        for one in made:
            command = PrepareEnvelope(one.dossier_id, 120)
            prepare_envelope(command, actor=scene.at.officer, once=once_key(), units=units)

    add_ready(2)
    ready()  # reference data are read
    few = statements(units, ready)
    add_ready(3)
    assert statements(units, ready) == few
    assert [line.item is not None for line in ready()] == [True] * 5


def test_what_is_read_ahead_is_what_is_read_one_by_one(units: Units) -> None:
    office = post_office(units)
    add(units, office, range(1, 5))
    packed_ones = frozenset({DeliveryStatus.PACKED})

    def listed() -> tuple[DeliveryView, ...]:
        with units.read() as uow:
            return deliveries_for(uow, office.clerk.scope, packed_ones)

    with units.write() as uow:  # a writing unit reads nothing ahead
        one_by_one = deliveries_for(uow, office.clerk.scope, packed_ones)
    assert listed() == one_by_one
    assert sorted(one.collect_vnd > 0 for one in listed()) == [False, False, True, True]

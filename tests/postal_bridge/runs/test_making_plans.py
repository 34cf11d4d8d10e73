"""A plan is made outside every transaction and goes out by the word of a person."""

from datetime import timedelta

import pytest

from geo.distance import OfflineDistance
from geo.geocoder import OfflineGeocoder
from geo.point import Point
from postal_bridge.delivery.types import COMMUNE_RADIUS_M, Position
from postal_bridge.directory.service import import_csv
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.outbox import Work
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.service import change_recipient_address
from postal_bridge.runs.errors import (
    PlanStale,
)
from postal_bridge.runs.handlers import MakePlan
from postal_bridge.runs.planning import PlanOrder
from postal_bridge.runs.rules import StopKind
from postal_bridge.runs.service import (
    add_stop,
    ask_plan,
    latest_plan,
    publish,
)
from postal_bridge.runs.types import PlanRun, PlanState, PublishRun
from tests.builders.delivery import HOME, a_scene
from tests.builders.delivery_acts import packed
from tests.builders.runs import drafted


def planner(iterations: int = 30) -> MakePlan:
    return MakePlan(OfflineGeocoder(), OfflineDistance(), iterations=iterations)


def make(units: Units, run_id: object, plan_id: object) -> None:
    handler = planner()
    body = {"plan_id": str(plan_id), "run_id": str(run_id)}
    work = Work(new_id(), 1, handler.name, body)
    with units.read() as look:
        order = handler.prepare(look, work)
    if order is None:
        return
    made = handler.call(order)  # no unit of work is open here
    with units.write() as uow:
        handler.settle(uow, work, made)
        uow.commit()


def test_a_plan_is_made_outside_any_transaction_and_published_by_a_person(
    units: Units,
) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        places = [Position(HOME.lat + step / 100, HOME.lon, 50) for step in (3, 1, 2)]
        for place in places:
            packed(uow, scene, position=place)
        run = drafted(uow, scene)
        run = add_stop(uow, run.id, StopKind.BANK, actor=scene.clerk)
        asked = ask_plan(uow, PlanRun(run.id, seed=7), actor=scene.clerk)
        uow.commit()
    assert asked.state is PlanState.ASKED
    make(units, run.id, asked.id)
    make(units, run.id, asked.id)  # a second run changes nothing
    with units.write() as uow:
        plan = latest_plan(uow, run.id, scene.clerk.scope)
        assert plan is not None
        assert (plan.state, plan.left_out) == (PlanState.READY, ())
        assert len(plan.order) == 4
        out = publish(uow, PublishRun(run.id, plan.id), actor=scene.clerk)
        assert tuple(stop.id for stop in out.stops) == plan.order
        assert out.stops[-1].kind is StopKind.BANK
        times = [stop.planned_at for stop in out.stops if stop.planned_at]
        assert times == sorted(times)


@pytest.mark.parametrize("is_in_gazetteer", [True, False])
def test_what_stands_at_a_communes_centre_is_looked_for_before_planning(
    units: Units, is_in_gazetteer: bool
) -> None:
    scene = a_scene(units)
    house = "commune_code,address,lat,lon,precision,valid_from,valid_to\n"
    house += "31471,12 Trần Phú,9.6875,105.6101,point,,\n"
    if is_in_gazetteer:
        import_csv("houses", house.encode(), actor=Actor.operator(), units=units)
    with units.write() as uow:
        made = packed(uow, scene, position=Position(9.6862, 105.609, COMMUNE_RADIUS_M))
        change_recipient_address(
            uow, made.recipient_party_id, "12 Trần Phú", "31471", actor=scene.clerk
        )
        run = drafted(uow, scene, (made,))
        asked = ask_plan(uow, PlanRun(run.id), actor=scene.clerk)
        uow.commit()
    body = {"plan_id": str(asked.id), "run_id": str(run.id)}
    with units.read() as look:
        order = planner().prepare(look, Work(new_id(), 1, MakePlan.name, body))
    assert isinstance(order, PlanOrder)
    (visit,) = order.visits
    assert (visit.point == Point(9.6875, 105.6101)) is is_in_gazetteer
    assert (visit.address is None) is is_in_gazetteer


def test_a_plan_of_other_stops_is_stale(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        packed(uow, scene)
        run = drafted(uow, scene)
        asked = ask_plan(uow, PlanRun(run.id), actor=scene.clerk)
        uow.commit()
    make(units, run.id, asked.id)
    with units.write() as uow:
        add_stop(uow, run.id, StopKind.EXCHANGE, actor=scene.clerk)
        with pytest.raises(PlanStale):
            publish(uow, PublishRun(run.id, asked.id), actor=scene.clerk)


def test_a_window_nobody_can_keep_is_a_reason_and_no_plan(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        far = Position(HOME.lat + 5, HOME.lon, 50)
        made = packed(uow, scene, position=far)
        run = drafted(uow, scene, (made,))
        late = packed(
            uow, scene, position=far,
            window_from=run.leaves_at + timedelta(minutes=1),
            window_until=run.leaves_at + timedelta(minutes=5),
        )  # fmt: skip
        hopeless = drafted(uow, scene, (late,))
        asked = ask_plan(uow, PlanRun(hopeless.id), actor=scene.clerk)
        uow.commit()
    make(units, hopeless.id, asked.id)
    with units.read() as look:
        plan = latest_plan(look, hopeless.id, scene.clerk.scope)
    assert plan is not None
    assert (plan.state, plan.problem) == (PlanState.FAILED, "no_feasible_plan")

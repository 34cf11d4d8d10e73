"""The checker sees each way in which a plan can fail to hold."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from geo.check import PlanBroken, broken, check
from geo.planner import Iterations, plan
from geo.problem import Plan, PlannedStop, Problem
from tests.geo.builders import around_long_my, motorbike, visit

PROBLEM = replace(
    around_long_my(4),
    visits=(visit(1), visit(2, collect_g=50), visit(3, prize_vnd=10**9), visit(4)),
    vehicles=(motorbike(count=1),),
)
SOUND = plan(PROBLEM, stop=Iterations(20), seed=1)


def with_stop(found: Plan, **changes: int) -> Plan:
    """The plan with its second stop changed."""
    (route,) = found.routes
    stops = list(route.stops)
    stops[1] = replace(stops[1], **changes)
    return replace(found, routes=(replace(route, stops=tuple(stops)),))


def with_route(found: Plan, **changes: object) -> Plan:
    (route,) = found.routes
    return replace(found, routes=(replace(route, **changes),))  # type: ignore[arg-type]


def second() -> PlannedStop:
    return SOUND.routes[0].stops[1]


def test_a_sound_plan_passes() -> None:
    check(PROBLEM, SOUND)


@pytest.mark.parametrize(
    ("spoil", "condition"),
    [
        (lambda p: replace(p, cost_vnd=p.cost_vnd - 1), "thousandths"),
        (lambda p: replace(p, distance_m=p.distance_m + 1), "do not add up"),
        (lambda p: replace(p, left_out=(2,)), "listed as left out"),
        (lambda p: replace(p, routes=()), "must be made and is not"),
        (lambda p: replace(p, routes=p.routes * 2), "2 vehicles of type 0"),
        (lambda p: replace(p, routes=p.routes * 2), "is made 2 times"),
        (lambda p: with_route(p, vehicle=7), "vehicle type 7"),
        (lambda p: with_route(p, stops=()), "empty"),
        (lambda p: with_route(p, start_s=0), "before the shift"),
        (lambda p: with_route(p, end_s=p.routes[0].end_s - 1), "back sooner"),
        (lambda p: with_route(p, end_s=18 * 3_600), "after the shift"),
        (lambda p: with_route(p, distance_m=1), "says 1 m"),
        (lambda p: with_stop(p, visit=9), "visit 9 does not exist"),
        (lambda p: with_stop(p, arrive_s=second().arrive_s - 1), "reached sooner"),
        (lambda p: with_stop(p, begin_s=second().arrive_s - 1), "no room for its service"),
        (lambda p: with_stop(p, leave_s=second().leave_s - 1), "no room for its service"),
    ],
)
def test_each_fault_is_named(spoil: Callable[[Plan], Plan], condition: str) -> None:
    spoilt = spoil(SOUND)
    assert any(condition in found for found in broken(PROBLEM, spoilt))
    with pytest.raises(PlanBroken):
        check(PROBLEM, spoilt)


def harder(**changes: object) -> Problem:
    """The problem with its second planned visit made harder."""
    visits = list(PROBLEM.visits)
    index = second().visit
    visits[index] = replace(visits[index], **changes)  # type: ignore[arg-type]
    return replace(PROBLEM, visits=tuple(visits))


def test_a_window_that_was_missed_is_named() -> None:
    missed = harder(window_s=(0, second().begin_s - 1))
    assert any("outside its window" in found for found in broken(missed, SOUND))


def test_a_tour_that_takes_too_long_is_named() -> None:
    hurried = replace(PROBLEM, vehicles=(motorbike(count=1, longest_s=60),))
    assert any("may take 60 s" in found for found in broken(hurried, SOUND))


def test_too_heavy_a_start_and_too_heavy_a_pick_up_are_named() -> None:
    assert any("leaves with" in found for found in broken(harder(deliver_g=30_000), SOUND))
    assert any("carries" in found for found in broken(harder(collect_g=30_000), SOUND))

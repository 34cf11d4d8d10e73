"""Whatever the planner gives out holds, is repeatable, and says when there is no plan."""

import subprocess
import sys
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.check import broken
from geo.distance import Matrix
from geo.planner import Iterations, NoFeasiblePlan, Progress, Seconds, plan
from geo.problem import Problem, Quality, VehicleType, Visit, way_m
from tests.geo.builders import DAY, around_long_my, motorbike, visit

PLANNERS = pytest.mark.parametrize("with_solver", [True, False], ids=["solver", "fallback"])


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Tight little days: few places, short windows, small vehicles, so that limits bind."""
    depots = draw(st.integers(1, 2))
    places = depots + draw(st.integers(1, 5))
    cells = st.lists(st.integers(0, 9), min_size=places * places, max_size=places * places)

    def matrix() -> Matrix:
        found = np.array(draw(cells), dtype=np.int64).reshape(places, places)
        np.fill_diagonal(found, 0)
        return found

    window = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted)
    visits = draw(
        st.lists(
            st.builds(
                Visit,
                place=st.integers(0, places - 1),
                service_s=st.integers(0, 5),
                window_s=window.map(lambda w: (w[0], w[1])),
                deliver_g=st.integers(0, 4),
                collect_g=st.integers(0, 4),
                prize_vnd=st.none() | st.integers(0, 20),
            ),
            max_size=6,
        )
    )
    vehicles = draw(
        st.lists(
            st.builds(
                VehicleType,
                name=st.just("v"),
                depot=st.integers(0, depots - 1),
                count=st.integers(1, 2),
                capacity_g=st.integers(4, 10),
                shift_s=st.tuples(st.integers(0, 5), st.integers(25, 60)),
                vnd_per_km=st.sampled_from([1_000, 700, 3_300]),
                fixed_vnd=st.integers(0, 5),
                longest_s=st.none() | st.integers(10, 40),
            ),
            min_size=1,
            max_size=2,
        )
    )
    return Problem(depots, matrix(), matrix(), tuple(visits), tuple(vehicles))


def made_by(with_solver: bool) -> Quality:
    """A plan of the solver that does not hold would come back as a fallback plan."""
    return Quality.SOLVER if with_solver else Quality.FALLBACK


@PLANNERS
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problem=problems(), seed=st.integers(0, 3))
def test_a_plan_holds_or_there_is_none(with_solver: bool, problem: Problem, seed: int) -> None:
    try:
        found = plan(problem, stop=Iterations(15), seed=seed, with_solver=with_solver)
    except NoFeasiblePlan as none:
        named = none.visits
    else:
        assert list(broken(problem, found)) == []
        return
    assert named
    assert all(problem.visits[v].prize_vnd is None for v in named)


@PLANNERS
def test_same_seed_same_plan(with_solver: bool) -> None:
    problem = around_long_my(25, depots=2)
    first, second = (
        plan(problem, stop=Iterations(40), seed=3, with_solver=with_solver) for _ in range(2)
    )
    assert first == second
    assert first.quality is made_by(with_solver)
    assert first.iterations == 40


@PLANNERS
def test_seven_stops_are_planned_as_well_as_trying_all_orders(with_solver: bool) -> None:
    problem = around_long_my(7)
    problem = replace(problem, vehicles=(motorbike(count=1),))
    best = min(way_m(problem, 0, order) for order in permutations(range(7)))
    found = plan(problem, stop=Iterations(200), seed=1, with_solver=with_solver)
    assert found.distance_m == best
    assert found.cost_vnd == best


def test_the_solver_is_at_least_as_good_as_the_fallback() -> None:
    problem = around_long_my(40, depots=2, seed=11)
    costs = [
        plan(problem, stop=Iterations(150), seed=2, with_solver=with_solver).cost_vnd
        for with_solver in (True, False)
    ]
    assert costs[0] <= costs[1]


def test_more_iterations_never_make_the_fallback_worse() -> None:
    problem = around_long_my(20)
    costs = [
        plan(problem, stop=Iterations(n), seed=5, with_solver=False).cost_vnd for n in (0, 20, 80)
    ]
    assert costs == sorted(costs, reverse=True)
    assert costs[2] < costs[0]


@pytest.mark.parametrize("stop", [Iterations(0), Seconds(0)])
def test_zero_returns_the_first_construction(stop: Iterations | Seconds) -> None:
    found = plan(around_long_my(10), stop=stop, seed=1)
    assert found.quality is Quality.FALLBACK
    assert found.iterations == 0
    assert not found.left_out


@PLANNERS
def test_a_day_without_visits_is_an_empty_plan(with_solver: bool) -> None:
    empty = replace(around_long_my(3), visits=())
    found = plan(empty, stop=Iterations(5), seed=1, with_solver=with_solver)
    assert (found.routes, found.cost_vnd) == ((), 0)


@PLANNERS
@pytest.mark.parametrize(
    "impossible",
    [
        visit(2, deliver_g=20_001),  # heavier than any vehicle holds
        visit(2, collect_g=20_001),  # likewise on the way back
        visit(2, window_s=(0, 6 * 3_600)),  # over before the shift begins
        visit(2, service_s=10 * 3_600 + 1),  # longer than the shift
        visit(2, service_s=5 * 3_600),  # longer than a tour may take
    ],
)
def test_a_visit_that_fits_in_no_vehicle_is_named(with_solver: bool, impossible: Visit) -> None:
    problem = around_long_my(3)
    vehicles = (motorbike(longest_s=5 * 3_600),)
    problem = replace(problem, visits=(visit(1), impossible, visit(3)), vehicles=vehicles)
    with pytest.raises(NoFeasiblePlan) as none:
        plan(problem, stop=Iterations(20), seed=1, with_solver=with_solver)
    assert none.value.visits == (1,)
    assert none.value.is_certain


@PLANNERS
def test_visits_that_find_no_room_together_are_named_without_certainty(with_solver: bool) -> None:
    problem = around_long_my(3)
    heavy = tuple(visit(place, deliver_g=15_000) for place in (1, 2, 3))
    problem = replace(problem, visits=heavy)  # two motorbikes of 20 kg
    with pytest.raises(NoFeasiblePlan) as none:
        plan(problem, stop=Iterations(20), seed=1, with_solver=with_solver)
    assert len(none.value.visits) == 1
    assert not none.value.is_certain


@PLANNERS
def test_a_visit_whose_prize_does_not_pay_the_way_is_left_out(with_solver: bool) -> None:
    problem = around_long_my(2)
    way_there_and_back = int(problem.distance_m[0, 1] + problem.distance_m[1, 0])
    for prize, left_out in ((way_there_and_back - 1, (0,)), (way_there_and_back + 1, ())):
        alone = replace(problem, visits=(visit(1, prize_vnd=prize),))
        found = plan(alone, stop=Iterations(30), seed=1, with_solver=with_solver)
        assert found.left_out == left_out
        assert found.quality is made_by(with_solver)
        assert found.cost_vnd == min(prize, way_there_and_back)


@PLANNERS
def test_a_pick_up_waits_until_there_is_room(with_solver: bool) -> None:
    problem = around_long_my(2)
    full = (visit(1, deliver_g=20_000), visit(2, deliver_g=0, collect_g=20_000))
    problem = replace(problem, visits=full, vehicles=(motorbike(count=1),))
    found = plan(problem, stop=Iterations(30), seed=1, with_solver=with_solver)
    assert found.routes[0].visits == (0, 1)
    assert found.quality is made_by(with_solver)


@PLANNERS
def test_windows_decide_the_order_and_nobody_leaves_earlier_than_needed(with_solver: bool) -> None:
    problem = around_long_my(2)
    late, early = (16 * 3_600, 16 * 3_600 + 600), (15 * 3_600, 15 * 3_600)
    problem = replace(
        problem,
        visits=(visit(1, window_s=late), visit(2, window_s=early)),
        vehicles=(motorbike(count=1),),
    )
    found = plan(problem, stop=Iterations(30), seed=1, with_solver=with_solver)
    assert found.quality is made_by(with_solver)
    (route,) = found.routes
    assert route.visits == (1, 0)
    assert route.stops[0].arrive_s == route.stops[0].begin_s == early[0]


@PLANNERS
def test_progress_is_told_and_does_not_change_the_plan(with_solver: bool) -> None:
    problem = around_long_my(12)
    told: list[Progress] = []
    loud = plan(
        problem, stop=Iterations(10), seed=4, on_progress=told.append, with_solver=with_solver
    )
    assert loud == plan(problem, stop=Iterations(10), seed=4, with_solver=with_solver)
    assert [p.iterations for p in told] == list(range(1, 11))
    assert told[-1].best_vnd == loud.cost_vnd


def test_the_solver_is_not_loaded_before_it_is_used() -> None:
    code = "import sys, geo.planner; sys.exit('pyvrp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("change", "condition"),
    [
        ({"depots": 0}, "depots must be"),
        ({"vehicles": ()}, "at least one vehicle"),
        ({"duration_s": np.zeros((2, 2), dtype=np.int64)}, "duration_s must have shape"),
        ({"distance_m": np.zeros((3, 3))}, "distance_m must hold integers"),
        ({"distance_m": np.eye(3, dtype=np.int64)}, "zero on the diagonal"),
        ({"distance_m": -np.ones((3, 3), dtype=np.int64)}, "distance_m must not be negative"),
        ({"visits": (visit(3),)}, "visit 0: place"),
        ({"visits": (visit(1, window_s=(5, 4)),)}, "visit 0: window_s"),
        ({"visits": (visit(1, collect_g=-1),)}, "visit 0: service, loads"),
        ({"vehicles": (motorbike(depot=1),)}, "vehicle motorbike: depot"),
        ({"vehicles": (motorbike(count=0),)}, "vehicle motorbike: count"),
        ({"vehicles": (motorbike(shift_s=(9, 8)),)}, "vehicle motorbike: shift_s"),
        ({"vehicles": (motorbike(capacity_g=-1),)}, "vehicle motorbike: capacity"),
    ],
)
def test_a_problem_names_the_condition_it_breaks(change: dict[str, object], condition: str) -> None:
    sound = around_long_my(2)
    assert sound.vehicles[0].shift_s == DAY
    with pytest.raises(ValueError, match=condition):
        replace(sound, **change)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("rule", [Iterations, Seconds])
def test_a_stop_before_the_beginning_is_refused(rule: type[Iterations] | type[Seconds]) -> None:
    with pytest.raises(ValueError, match="negative"):
        rule(-1)
